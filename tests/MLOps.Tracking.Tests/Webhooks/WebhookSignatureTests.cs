using MLOps.Tracking.Webhooks;

namespace MLOps.Tracking.Tests.Webhooks;

public sealed class WebhookSignatureTests
{
    /// <summary>Computed with <c>openssl dgst -sha256 -hmac test-secret-key -binary | base64</c>.</summary>
    [Fact]
    public void Signature_OfAKnownDelivery_IsOpenSslsValue() => Assert.Equal(
        "v1,X0MlksLUGzRsqjRCiKboi2tKeyI2a78427DrFyfYDlQ=",
        WebhookSignature.Sign("test-secret-key", "11111111-2222-3333-4444-555555555555", "1700000000", """{"entity":"registered_model"}"""));
}
