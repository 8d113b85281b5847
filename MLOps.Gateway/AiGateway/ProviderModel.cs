namespace MLOps.Gateway.AiGateway;

internal sealed record ProviderModel(string Provider, string Name, ModelAbilities Can, bool IsEmbedding = false);

[Flags]
internal enum ModelAbilities
{
    None = 0,
    Functions = 1,
    Vision = 2,
    Reasoning = 4,
    Caching = 8,
    Schema = 16,
}
