using System.Globalization;
using static MLOps.Gateway.AiGateway.ModelAbilities;

namespace MLOps.Gateway.AiGateway;

/// <summary>Suggestions, not limits: any provider and any model may be stored. Prices and sizes are left out, as they go out of date.</summary>
internal static class ProviderCatalog
{
    private static readonly AuthField AwsRegion = new("aws_region_name", "Region, for example us-east-1", IsSecret: false, IsRequired: false);
    private static readonly AuthField AwsRole = new("aws_role_name", "ARN of the role", IsSecret: false, IsRequired: true);
    private static readonly AuthField AwsSession = new("aws_session_name", "Name of the session in the role", IsSecret: false, IsRequired: false);
    private static readonly AuthField AwsKeyId = new("aws_access_key_id", "Access key ID", IsSecret: true, IsRequired: true);
    private static readonly AuthField AwsKey = new("aws_secret_access_key", "Secret access key", IsSecret: true, IsRequired: true);
    private static readonly AuthField VertexProject = new("vertex_project", "Google Cloud project", IsSecret: false, IsRequired: true);
    private static readonly AuthField VertexLocation = new("vertex_location", "Region", IsSecret: false, IsRequired: false, "us-central1");
    private static readonly AuthField Workspace = new("api_base", "Address of the workspace", IsSecret: false, IsRequired: true);
    private static readonly AuthMode AwsChain = new("default_chain", "Credentials of the server", "What AWS's libraries find where the gateway runs", AwsRole with { IsRequired = false }, AwsSession, AwsRegion);

    /// <summary>The first way is the usual one.</summary>
    private static readonly Dictionary<string, AuthMode[]> Special = new()
    {
        ["bedrock"] =
        [
            new("api_key", "API key", "A Bedrock API key", new("api_key", "The key", IsSecret: true, IsRequired: true), AwsRegion with { IsRequired = true }),
            new("access_keys", "Access keys", "The key pair of an AWS user", AwsKeyId, AwsKey, AwsRegion),
            new("iam_role", "Role", "A role that the server's own AWS credentials may take", AwsRole, AwsRegion),
            AwsChain,
        ],
        ["azure"] =
        [
            new(
                "api_key",
                "API key",
                "A key of an Azure OpenAI resource",
                new("api_key", "The key", IsSecret: true, IsRequired: true),
                new("api_base", "Address of the resource", IsSecret: false, IsRequired: true),
                new("api_version", "Version of the API, for example 2024-02-01", IsSecret: false, IsRequired: true)),
        ],
        ["vertex_ai"] =
        [
            new("service_account_json", "Service account", "The key file of a service account", new("vertex_credentials", "Content of the key file (JSON)", IsSecret: true, IsRequired: true), VertexProject, VertexLocation),
            new("default_chain", "Credentials of the server", "What Google's libraries find where the gateway runs", VertexProject, VertexLocation),
        ],
        ["databricks"] =
        [
            new("pat_token", "Personal access token", "A user's token", new("api_key", "The token", IsSecret: true, IsRequired: true), Workspace),
            new(
                "oauth_m2m",
                "Service principal (OAuth)",
                "The secret of a service principal",
                new("client_secret", "Client secret", IsSecret: true, IsRequired: true),
                Workspace,
                new("client_id", "Client ID", IsSecret: false, IsRequired: true)),
        ],
        ["sagemaker"] =
        [
            new("access_keys", "Access keys", "The key pair of an AWS user", AwsKeyId, AwsKey, AwsRegion with { IsRequired = true }),
            new("iam_role", "Role", "A role that the user of a key pair may take", AwsKeyId, AwsKey, AwsRole, AwsSession, AwsRegion with { IsRequired = true }),
            AwsChain,
        ],
    };

    /// <summary>In the order of their names.</summary>
    public static IReadOnlyList<string> Providers { get; } =
        ["anthropic", "azure", "bedrock", "cohere", "databricks", "deepseek", "gemini", "groq", "mistral", "openai", "openrouter", "sagemaker", "togetherai", "vertex_ai", "xai"];

    public static IReadOnlyList<ProviderModel> Models { get; } =
    [
        new("anthropic", "claude-opus-4-1", Functions | Vision | Reasoning | Caching | Schema),
        new("anthropic", "claude-sonnet-4-5", Functions | Vision | Reasoning | Caching | Schema),
        new("anthropic", "claude-haiku-4-5", Functions | Vision | Reasoning | Caching | Schema),
        new("cohere", "command-a-03-2025", Functions | Schema),
        new("cohere", "embed-v4.0", None, IsEmbedding: true),
        new("deepseek", "deepseek-chat", Functions | Caching),
        new("deepseek", "deepseek-reasoner", Reasoning | Caching),
        new("gemini", "gemini-2.5-flash", Functions | Vision | Reasoning | Caching | Schema),
        new("gemini", "gemini-2.5-pro", Functions | Vision | Reasoning | Caching | Schema),
        new("mistral", "mistral-large-latest", Functions | Schema),
        new("mistral", "mistral-embed", None, IsEmbedding: true),
        new("openai", "gpt-4.1", Functions | Vision | Caching | Schema),
        new("openai", "gpt-4o", Functions | Vision | Caching | Schema),
        new("openai", "gpt-4o-mini", Functions | Vision | Caching | Schema),
        new("openai", "gpt-5", Functions | Vision | Reasoning | Caching | Schema),
        new("openai", "text-embedding-3-large", None, IsEmbedding: true),
        new("openai", "text-embedding-3-small", None, IsEmbedding: true),
        new("vertex_ai", "gemini-2.5-flash", Functions | Vision | Reasoning | Caching | Schema),
        new("vertex_ai", "gemini-2.5-pro", Functions | Vision | Reasoning | Caching | Schema),
    ];

    /// <summary>Ways to authenticate, the usual one first; of a provider that is not known, a key and an address.</summary>
    public static IReadOnlyList<AuthMode> AuthModes(string provider) => Special.TryGetValue(Normal(provider), out var modes)
        ? modes
        :
        [
            new(
                "api_key",
                "API key",
                $"A key of {provider}",
                new AuthField("api_key", "The key", IsSecret: true, IsRequired: true),
                new AuthField("api_base", "Address of the API, if it is not the usual one", IsSecret: false, IsRequired: false)),
        ];

    /// <summary>One name for a provider that has several.</summary>
    public static string Normal(string provider) => provider.ToLower(CultureInfo.InvariantCulture) switch
    {
        "amazon-bedrock" or "bedrock_converse" => "bedrock",
        "databricks-model-serving" => "databricks",
        var name => name,
    };
}
