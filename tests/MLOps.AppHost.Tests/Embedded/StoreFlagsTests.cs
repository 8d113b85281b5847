using System.CommandLine;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using MLOps.AppHost.Embedded;
using MLOps.Tracking;

namespace MLOps.AppHost.Tests.Embedded;

/// <summary>Command lines written for <c>mlflow server</c>: what they set, and what is refused and how.</summary>
public sealed class StoreFlagsTests
{
    [Fact]
    public void Flags_OfMlflow_SetWhatTheyAreFor()
    {
        var options = Options(
            "--backend-store-uri", "sqlite:////srv/runs.db",
            "--registry-store-uri", "postgresql://quant:secret@db/registry",
            "--default-artifact-root", "s3://bucket/runs",
            "--artifacts-destination", "/srv/artifacts");
        Assert.Equal("sqlite:////srv/runs.db", options.TrackingUri);
        Assert.Equal("postgresql://quant:secret@db/registry", options.RegistryUri);
        Assert.Equal("s3://bucket/runs", options.DefaultArtifactRoot);
        Assert.Equal("/srv/artifacts", options.ArtifactsDestination);
        Assert.Null(options.ServeArtifacts);
        Assert.Null(options.ArtifactsOnly);
    }

    [Fact]
    public void Flags_NotGivenOrBlank_LeaveTheEnvironmentToDecide()
    {
        Assert.Empty(Settings());
        Assert.Empty(Settings("--backend-store-uri", "", "--registry-store-uri", " ", "--default-artifact-root", "", "--artifacts-destination", ""));
    }

    [Theory]
    [InlineData("--serve-artifacts", true)]
    [InlineData("--no-serve-artifacts", false)]
    public void ServeArtifacts_EitherWay_IsSet(string flag, bool served) => Assert.Equal(served, Options(flag).ServeArtifacts);

    [Fact]
    public void ArtifactsOnly_IsSet() => Assert.True(Options("--artifacts-only").ArtifactsOnly);

    [Fact]
    public void StaticPrefix_IsThatOfTheGatewayAndOfThePages() =>
        Assert.Equal(
            [("MLOps:Dashboard:PathBase", "/desk"), ("MLOps:Gateway:StaticPrefix", "/desk")],
            Settings("--static-prefix", "/desk").Select(setting => (setting.Key, setting.Value)).Order());

    [Fact]
    public void AllowedHostsAndOrigins_AreThoseOfTheGateway() =>
        Assert.Equal(
            [("MLOps:Gateway:AllowedHosts", "a.example,*.b.example"), ("MLOps:Gateway:AllowedOrigins", "https://a.example")],
            Settings("--allowed-hosts", "a.example,*.b.example", "--cors-allowed-origins", "https://a.example").Select(setting => (setting.Key, setting.Value)).Order());

    [Fact]
    public void Flags_WithAnEqualsSignOrAfterAVerb_AreTheSame()
    {
        Assert.Equal("sqlite:///x.db", Options("--backend-store-uri=sqlite:///x.db").TrackingUri);
        Assert.Empty(PlatformCommand.Create().Parse(["gc", "--older-than", "30d", "--backend-store-uri", "sqlite:///x.db", "--no-serve-artifacts"]).Errors);
    }

    [Fact]
    public void Flags_OfMlflowsWebServers_AreTakenAndSetNothing() =>
        Assert.Empty(Settings("-w", "4", "--gunicorn-opts", "--log-level debug", "--uvicorn-opts", "--reload", "--waitress-opts", "x"));

    [Theory]
    [InlineData(null)]
    [InlineData("http://0.0.0.0:5000", "--host", "0.0.0.0")]
    [InlineData("http://localhost:81", "--port", "81")]
    [InlineData("http://127.0.0.1:81", "-h", "127.0.0.1", "-p", "81")]
    public void Url_OfHostAndPort_HasMlflowsDefaults(string? url, params string[] arguments)
    {
        var (flags, result) = Parse(arguments);
        Assert.Equal(url, flags.Url(result));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("x.db.d", "--backend-store-uri", "sqlite:///x.db")]
    [InlineData("/srv/x.db.d", "--backend-store-uri", "sqlite:////srv/x.db")]
    [InlineData(null, "--backend-store-uri", "sqlite:///")]
    [InlineData(null, "--backend-store-uri", "postgresql://db/mlflow")]
    [InlineData(null, "--backend-store-uri", "http://other:5000")]
    public void DataDirectory_IsBesideTheSqliteFileThatIsNamed(string? directory, params string[] arguments)
    {
        var (flags, result) = Parse(arguments);
        Assert.Equal(directory, flags.DataDirectory(result));
    }

    [Theory]
    [InlineData("--serve-artifacts and --no-serve-artifacts contradict each other", "--serve-artifacts", "--no-serve-artifacts")]
    [InlineData("--static-prefix: the static prefix is 'desk'", "--static-prefix", "desk")]
    [InlineData("--static-prefix: the static prefix is '/desk/'", "--static-prefix", "/desk/")]
    [InlineData("--static-prefix: the static prefix is ''", "--static-prefix", "")]
    [InlineData("--backend-store-uri", "--backend-store-uri")]
    [InlineData("--static-prefix", "--static-prefix")]
    [InlineData("--allowed-hosts", "--allowed-hosts", "--host", "0.0.0.0")]
    [InlineData("--cors-allowed-origins", "--cors-allowed-origins")]
    [InlineData("--host", "--host", "--port", "5000")]
    [InlineData("--artifacts-destination", "--artifacts-destination", "--artifacts-only")]
    [InlineData("--port", "--port", "http")]
    [InlineData("--backend-store-url", "--backend-store-url", "sqlite:///x.db")]
    [InlineData("yes", "--artifacts-only", "yes")]
    public void CommandLine_ThatIsWrong_IsRefusedByTheFlagsName(string named, params string[] arguments) =>
        Assert.Contains(PlatformCommand.Create().Parse(arguments).Errors, error => error.Message.Contains(named, StringComparison.Ordinal));

    [Theory]
    [InlineData("TrackingUri", "--backend-store-uri", "mysql://db/mlflow")]
    [InlineData("TrackingUri", "--backend-store-uri", "./mlruns")]
    [InlineData("RegistryUri", "--registry-store-uri", "databricks-uc")]
    [InlineData("--default-artifact-root", "--default-artifact-root", "gs://bucket")]
    [InlineData("--artifacts-destination", "--artifacts-destination", "mlflow-artifacts:/")]
    [InlineData("--artifacts-destination", "--artifacts-destination", "s3://bucket", "--backend-store-uri", "http://other:5000")]
    [InlineData("--no-serve-artifacts", "--no-serve-artifacts", "--default-artifact-root", "mlflow-artifacts:/")]
    [InlineData("--artifacts-only", "--no-serve-artifacts", "--artifacts-only")]
    public void Value_ThatIsNoStore_IsRefusedInOneLine(string named, params string[] arguments)
    {
        var refused = Assert.Throws<OptionsValidationException>(() => Options(arguments));
        var line = StartupFailure.Explain(refused, new EmbeddedSettings("data", EmbeddedSettings.DefaultUrl, new Dictionary<string, string>()));
        Assert.NotNull(line);
        Assert.Contains(named, line, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', line);
    }

    [Fact]
    public void Password_OfAStoreThatIsRefused_IsNotShown()
    {
        var refused = Assert.Throws<OptionsValidationException>(() => Options("--backend-store-uri", "mysql://quant:secret@db/mlflow"));
        Assert.DoesNotContain("secret", refused.Message, StringComparison.Ordinal);
    }

    private static (StoreFlags Flags, ParseResult Result) Parse(params string[] arguments)
    {
        var flags = new StoreFlags();
        var command = new RootCommand();
        flags.AddTo(command);
        var result = command.Parse(arguments);
        Assert.Empty(result.Errors);
        return (flags, result);
    }

    private static IReadOnlyDictionary<string, string> Settings(params string[] arguments)
    {
        var (flags, result) = Parse(arguments);
        return flags.Settings(result);
    }

    /// <summary>As the tracking store reads them, without this process's environment.</summary>
    private static TrackingOptions Options(params string[] arguments)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(Settings(arguments).Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));
        builder.AddMLOpsTracking();
        using var host = builder.Build();
        return host.Services.GetRequiredService<IOptions<TrackingOptions>>().Value;
    }
}
