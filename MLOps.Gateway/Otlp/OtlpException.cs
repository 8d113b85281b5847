namespace MLOps.Gateway.Otlp;

/// <summary>A refusal of <c>/v1/traces</c>, which has an error shape of its own.</summary>
internal sealed class OtlpException(int status, string message) : Exception(message)
{
    public int Status { get; } = status;
}
