using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using MLOps.Contracts.Problems;
using MLOps.Testing;
using MLOps.Tracking.Artifacts;
using MLOps.Tracking.Artifacts.S3;
using MLOps.Tracking.Storage;

namespace MLOps.Tracking.Tests.Artifacts;

public sealed class ArtifactResolverTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly S3Client _s3 = new(
        Options.Create(new S3Options { EndpointUrl = "http://127.0.0.1:9", AccessKeyId = "a", SecretAccessKey = "b" }), TimeProvider.System, NullLogger<S3Client>.Instance);

    public void Dispose()
    {
        _s3.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("mlflow-artifacts:/1/r/artifacts", "1/r/artifacts")]
    [InlineData("mlflow-artifacts:///1/r/artifacts", "1/r/artifacts")]
    [InlineData("mlflow-artifacts://host:5000/1/r", "1/r")]
    [InlineData("http://host:5000/api/2.0/mlflow-artifacts/artifacts/1/r", "1/r")]
    [InlineData("http://host:5000/api/2.0/mlflow-artifacts/artifacts", "")]
    [InlineData("mlflow-artifacts:/", "")]
    [InlineData("mlflow-artifacts:", "")]
    [InlineData("mlflow-artifacts:/1/r?x=y", "1/r")]
    public void Resolve_ProxiedLocation_IsInTheDestination(string uri, string path)
    {
        var resolver = Resolver(new TrackingOptions { DataDirectory = _folder.Path });
        var location = resolver.Resolve(uri);
        Assert.Same(resolver.Destination, location.Store);
        Assert.Equal(path, location.Path);
    }

    [Theory]
    [InlineData("s3://bucket/a/b", "a/b")]
    [InlineData("s3://bucket", "")]
    [InlineData("s3://bucket/a/", "a")]
    [InlineData("s3://bucket/a/r/artifacts?x=y", "a/r/artifacts")]
    [InlineData("s3://bucket?x=y", "")]
    [InlineData("s3://bucket/a?x=y/r/artifacts", "a?x=y/r/artifacts")]
    public void Resolve_S3Location_IsInItsBucket(string uri, string key)
    {
        var location = Resolver(new TrackingOptions { DataDirectory = _folder.Path }).Resolve(uri);
        Assert.IsType<S3ArtifactStore>(location.Store);
        Assert.Equal(key, location.Path);
    }

    [Fact]
    public async Task Resolve_LocalLocation_IsBelowANamedFolder()
    {
        var resolver = Resolver(new TrackingOptions { DataDirectory = _folder.Path, DefaultArtifactRoot = "file://" + _folder.Combine("runs"), AllowedArtifactRoots = { _folder.Combine("old") } });
        foreach (var uri in (string[])[_folder.Combine("runs", "1", "r"), "file://" + _folder.Combine("runs", "1", "r"), "file://localhost" + _folder.Combine("runs", "1", "x", "..", "r")])
        {
            var location = resolver.Resolve(uri);
            Assert.Equal("1/r", location.Path);
            await location.Store.WriteAsync(location.Combine("f"), new MemoryStream([1]), TestContext.Current.CancellationToken);
        }

        Assert.True(File.Exists(_folder.Combine("runs", "1", "r", "f")));
        Assert.Equal("r", resolver.Resolve(_folder.Combine("old", "r")).Path);
    }

    [Theory]
    [InlineData("s3://b/p?x=y", "s3://b/p/1/f?x=y")]
    [InlineData("s3://b/p/", "s3://b/p/1/f")]
    [InlineData("s3://b?x=y#z", "s3://b/1/f?x=y#z")]
    [InlineData("s3://b/p#z", "s3://b/p/1/f#z")]
    [InlineData("mlflow-artifacts:/", "mlflow-artifacts:/1/f")]
    [InlineData("file:///srv/p?x=y", "file:///srv/p/1/f?x=y")]
    [InlineData("/srv/p?x=y/", "/srv/p?x=y/1/f")]
    public void Append_ToALocation_GoesBeforeItsQuery(string location, string expected) => Assert.Equal(expected, ArtifactUri.Append(location, "1/f"));

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("file:///etc")]
    [InlineData("file:///FOLDER/runs/../secret")]
    [InlineData("FOLDER/runs/../secret")]
    [InlineData("FOLDER/runs/%252e%252e/secret")]
    [InlineData("file://FOLDER/runs/%2e%2e/secret")]
    [InlineData("file://FOLDER/runs/%252e%252e/secret")]
    [InlineData("FOLDER/runs2/x")]
    [InlineData("FOLDER")]
    [InlineData("file://elsewhere/FOLDER/runs")]
    [InlineData("relative/path")]
    [InlineData("")]
    [InlineData("mlflow-artifacts:/../secret")]
    [InlineData("mlflow-artifacts:/1/%2e%2e/%2e%2e/secret")]
    [InlineData("mlflow-artifacts:relative")]
    [InlineData("s3://bucket/a/../../b")]
    [InlineData("s3://bucket/%2e%2e/b")]
    [InlineData("s3://bucket/a#b")]
    [InlineData("s3:///key")]
    [InlineData("s3://bu?cket/key")]
    [InlineData("s3:/bucket/key")]
    [InlineData("dbfs:/x")]
    [InlineData("https://host/x")]
    [InlineData("https://host/api/2.0/mlflow-artifacts/artifactsx/1")]
    [InlineData("runs:/abc/model")]
    public void Resolve_LocationOutsideEveryStore_IsRefused(string uri)
    {
        var resolver = Resolver(new TrackingOptions { DataDirectory = _folder.Combine("data"), DefaultArtifactRoot = _folder.Combine("runs") });
        var refused = Assert.Throws<MLOpsException>(() => resolver.Resolve(uri.Replace("FOLDER", _folder.Path, StringComparison.Ordinal)));
        Assert.Equal(ProblemCode.InvalidArgument, refused.Code);
        Assert.DoesNotContain(_folder.Combine("runs") + ",", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Resolve_BelowTheRootOfTheDatabase_IsServedWithoutBeingNamed()
    {
        var first = _folder.Combine("mlruns");
        var resolver = Resolver(new TrackingOptions { DataDirectory = _folder.Combine("data") }, "file://" + first);
        Assert.False(Directory.Exists(first));
        var location = resolver.Resolve(Path.Combine(first, "0", "r", "artifacts"));
        await location.Store.WriteAsync(location.Combine("f"), new MemoryStream([1]), TestContext.Current.CancellationToken);
        Assert.True(File.Exists(Path.Combine(first, "0", "r", "artifacts", "f")));
        Assert.Throws<MLOpsException>(() => resolver.Resolve(first + "2/0"));
        Assert.Throws<MLOpsException>(() => resolver.Resolve(first + "/../secret"));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("file:///")]
    [InlineData("")]
    [InlineData("mlruns")]
    [InlineData("file://elsewhere/srv")]
    [InlineData("s3://bucket")]
    [InlineData("mlflow-artifacts:")]
    public void Resolve_WhereTheRootOfTheDatabaseIsNoFolder_NothingMoreIsServed(string firstRoot)
    {
        var resolver = Resolver(new TrackingOptions { DataDirectory = _folder.Combine("data") }, firstRoot);
        Assert.Throws<MLOpsException>(() => resolver.Resolve("/srv/0/r"));
        Assert.Throws<MLOpsException>(() => resolver.Resolve(Path.GetFullPath("mlruns/0/r")));
    }

    [Fact]
    public async Task FirstRoot_IsWhereTheDatabasesFirstExperimentIs()
    {
        await using var database = SqlDatabase.Open("sqlite:///" + _folder.Combine("old.db"), "file:///srv/mlruns", TimeProvider.System);
        Assert.Equal("file:///srv/mlruns", FirstRoot.Of(database));
        foreach (var (location, root) in ((string?, string?)[])[("/srv/x/0/", "/srv/x"), ("/srv/10", null), (null, null), ("/0", string.Empty)])
        {
            await database.WriteAsync(session => session.Execute("UPDATE experiments SET artifact_location = $0 WHERE experiment_id = 0", location), TestContext.Current.CancellationToken);
            Assert.Equal(root, FirstRoot.Of(database));
        }

        await database.WriteAsync(session => session.Execute("DELETE FROM experiments"), TestContext.Current.CancellationToken);
        Assert.Null(FirstRoot.Of(database));
    }

    [Theory]
    [InlineData("s3://bucket/team/x", true)]
    [InlineData("s3://bucket/team", true)]
    [InlineData("s3://bucket/team2/x", false)]
    [InlineData("s3://other/team/x", false)]
    [InlineData("s3://runs/1/r", true)]
    public void Resolve_OnceAnS3PrefixIsNamed_OthersAreRefused(string uri, bool served)
    {
        var resolver = Resolver(new TrackingOptions { DataDirectory = _folder.Path, DefaultArtifactRoot = "s3://runs", AllowedArtifactRoots = { "s3://bucket/team" } });
        if (served)
        {
            Assert.IsType<S3ArtifactStore>(resolver.Resolve(uri).Store);
        }
        else
        {
            Assert.Throws<MLOpsException>(() => resolver.Resolve(uri));
        }
    }

    private ArtifactResolver Resolver(TrackingOptions options, string? firstRoot = null) => new(options, _s3, null, TimeProvider.System, firstRoot);
}
