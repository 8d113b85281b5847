namespace MLOps.Gateway.OpenInference;

/// <summary>What the server says of itself, over REST and gRPC.</summary>
internal static class ServerDescription
{
    public const string Name = "mlops";

    public static readonly string Version = typeof(ServerDescription).Assembly.GetName().Version?.ToString(3) ?? "0";

    public static readonly string[] Extensions = ["binary_tensor_data", "model_repository", "statistics"];
}
