using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using MLOps.Tracking.Artifacts;
using MLOps.Tracking.Artifacts.S3;
using MLOps.Tracking.Hosting;

namespace MLOps.Tracking.Tests.Artifacts;

public sealed class ArtifactOptionsTests
{
    [Theory]
    [InlineData(null, null, true, "mlflow-artifacts:")]
    [InlineData("s3://bucket/runs", null, true, "s3://bucket/runs")]
    [InlineData("/srv/runs", "s3://bucket", false, "/srv/runs")]
    [InlineData("file:///srv/runs", null, false, "file:///srv/runs")]
    [InlineData("mlflow-artifacts://other:5000/", null, false, "mlflow-artifacts://other:5000/")]
    [InlineData("http://here:5000/api/2.0/mlflow-artifacts/artifacts", "/srv/artifacts", true, "http://here:5000/api/2.0/mlflow-artifacts/artifacts")]
    public void Settings_ThatFit_AreTaken(string? root, string? destination, bool serve, string location)
    {
        var options = new TrackingOptions { DefaultArtifactRoot = root, ArtifactsDestination = destination, ServeArtifacts = serve };
        Assert.True(Validate(options).Succeeded, Validate(options).FailureMessage);
        Assert.Equal(location, options.ArtifactLocation);
    }

    [Fact]
    public void ArtifactLocation_NotServedAndNotNamed_IsMlrunsHere() =>
        Assert.Equal(Path.GetFullPath("mlruns"), new TrackingOptions { ServeArtifacts = false }.ArtifactLocation);

    [Theory]
    [InlineData("gs://bucket", null, true, false, "DefaultArtifactRoot")]
    [InlineData(null, "mlflow-artifacts:/", true, false, "ArtifactsDestination")]
    [InlineData(null, "s3://", true, false, "ArtifactsDestination")]
    [InlineData(null, "file://elsewhere/x", true, false, "ArtifactsDestination")]
    [InlineData(null, "s3://bucket/../other", true, false, "ArtifactsDestination")]
    [InlineData("mlflow-artifacts:/", null, false, false, "--no-serve-artifacts")]
    [InlineData(null, null, false, true, "--artifacts-only")]
    public void Settings_ThatDoNotFit_AreOneLineEach(string? root, string? destination, bool serve, bool only, string named)
    {
        var result = Validate(new TrackingOptions { DefaultArtifactRoot = root, ArtifactsDestination = destination, ServeArtifacts = serve, ArtifactsOnly = only });
        var fault = Assert.Single(result.Failures!);
        Assert.Contains(named, fault, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', fault);
    }

    [Fact]
    public void Settings_BeforeAnotherServer_LeaveArtifactsToIt()
    {
        var result = Validate(new TrackingOptions { TrackingUri = "http://other:5000", ArtifactsDestination = "s3://bucket" });
        Assert.Contains("another MLflow server", Assert.Single(result.Failures!), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://other:5000")]
    [InlineData("s3://bucket/runs")]
    [InlineData("mlflow-artifacts:/")]
    public void DefaultArtifactRoot_BeforeAnotherServer_IsTakenWithoutEffect(string root)
    {
        var options = new TrackingOptions { TrackingUri = "http://other:5000", DefaultArtifactRoot = root };
        Assert.True(Validate(options).Succeeded, Validate(options).FailureMessage);
        Assert.Equal("mlflow-artifacts:", options.ArtifactLocation);
    }

    [Fact]
    public void S3Options_FromTheVariables_MeanWhatTheyMeanInMlflow()
    {
        var options = new S3Options();
        options.ApplyVariables(Variables(
            ("MLFLOW_S3_ENDPOINT_URL", "http://minio:9000"),
            ("AWS_ACCESS_KEY_ID", "key"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
            ("AWS_SESSION_TOKEN", "token"),
            ("AWS_REGION", "eu-west-1"),
            ("AWS_DEFAULT_REGION", "eu-central-1"),
            ("MLFLOW_S3_IGNORE_TLS", "true")));
        Assert.Equal(
            ("http://minio:9000", "key", "secret", "token", "eu-central-1", true),
            (options.EndpointUrl, options.AccessKeyId, options.SecretAccessKey, options.SessionToken, options.Region, options.IgnoreTls));
    }

    [Fact]
    public void S3Options_ThatDoNotFit_AreOneLineEach()
    {
        var result = new S3OptionsValidator().Validate(null, new S3Options { EndpointUrl = "minio:9000", AccessKeyId = "key", AddressingStyle = "dns" });
        Assert.Equal(3, result.Failures!.Count());
    }

    [Fact]
    public void Flag_NeitherYesNorNo_IsRefusedByName()
    {
        var refused = Assert.Throws<OptionsValidationException>(() => MlflowFlag.Read(Variables(("MLFLOW_SERVE_ARTIFACTS", "maybe")), "MLFLOW_SERVE_ARTIFACTS"));
        Assert.Contains("MLFLOW_SERVE_ARTIFACTS is 'maybe'", Assert.Single(refused.Failures), StringComparison.Ordinal);
    }

    private static ValidateOptionsResult Validate(TrackingOptions options) => new ArtifactOptionsValidator().Validate(null, options);

    private static IConfiguration Variables(params (string Key, string Value)[] variables) =>
        new ConfigurationBuilder().AddInMemoryCollection(variables.Select(variable => KeyValuePair.Create<string, string?>(variable.Key, variable.Value))).Build();
}
