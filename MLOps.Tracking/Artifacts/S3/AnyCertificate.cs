using Amazon.Runtime;

namespace MLOps.Tracking.Artifacts.S3;

/// <summary>Connections that do not check the server's certificate, for MLFLOW_S3_IGNORE_TLS.</summary>
internal sealed class AnyCertificate : HttpClientFactory
{
    public override HttpClient CreateHttpClient(IClientConfig clientConfig) =>
        new(new HttpClientHandler { ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator }, disposeHandler: true);

    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => true;
}
