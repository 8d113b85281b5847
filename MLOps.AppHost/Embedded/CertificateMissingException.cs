namespace MLOps.AppHost.Embedded;

/// <summary>An https address was asked for without a certificate to show.</summary>
internal sealed class CertificateMissingException(string message) : Exception(message);
