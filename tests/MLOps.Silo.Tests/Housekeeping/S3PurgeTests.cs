using MLOps.Testing;

[assembly: AssemblyFixture(typeof(SwiftServer))]

namespace MLOps.Silo.Tests.Housekeeping;

/// <summary>The same with the artifacts in a real S3 server.</summary>
public sealed class S3PurgeTests(SwiftServer server) : PurgeTests
{
    protected override IEnumerable<(string Key, string? Value)> Settings() => S3Settings.Of(server);
}
