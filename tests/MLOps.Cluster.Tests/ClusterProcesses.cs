using System.Globalization;
using MLOps.Testing;

namespace MLOps.Cluster.Tests;

/// <summary>The distributed system on one machine: a PostgreSQL, an S3 server, and silos, gateway and dashboard as processes of their own, told by environment variables alone.</summary>
internal sealed class ClusterProcesses : IAsyncDisposable
{
    private readonly PostgresServer _postgres = new();
    private readonly SwiftServer _s3 = new();
    private readonly TemporaryFolder _folder = new();
    private readonly List<ClusterMember> _members = [];
    private readonly (string Name, string Value)[] _shared;

    /// <param name="environment">Variables of every program beside those that make a cluster of them.</param>
    public ClusterProcesses(params (string Name, string Value)[] environment)
    {
        _s3.CreateBucket();
        _shared =
        [
            ("MLFLOW_BACKEND_STORE_URI", _postgres.CreateDatabase()),
            ("MLFLOW_ARTIFACTS_DESTINATION", "s3://made-by-the-cluster/artifacts"),
            ("MLFLOW_S3_ENDPOINT_URL", _s3.Endpoint),
            ("AWS_ACCESS_KEY_ID", SwiftServer.AccessKeyId),
            ("AWS_SECRET_ACCESS_KEY", SwiftServer.SecretAccessKey),
            ("MLOps__S3__CreateBucket", "true"),
            ("Orleans__Clustering__ProviderType", "AdoNet"),
            ("Orleans__ClusterId", "test"),
            ("Orleans__ServiceId", "mlops"),
            ("Logging__LogLevel__Default", "Information"),
            .. environment,
        ];
    }

    /// <summary>Why there can be no cluster; null when there can.</summary>
    public static string? Missing => PostgresServer.Missing ?? SwiftServer.Missing;

    /// <summary>A silo that has not been started.</summary>
    /// <param name="roles">As <c>MLOps__Silo__Roles</c> takes them.</param>
    public ClusterMember Silo(string roles) => Add(
        "MLOps.Silo",
        ("MLOps__Silo__Roles", roles),
        ("Orleans__Endpoints__AdvertisedIPAddress", "127.0.0.1"),
        ("Orleans__Endpoints__SiloPort", Port()),
        ("Orleans__Endpoints__GatewayPort", Port()));

    public ClusterMember Gateway() => Add("MLOps.Gateway");

    public ClusterMember Dashboard(ClusterMember gateway) => Add("MLOps.Dashboard", ("MLOps__Dashboard__GatewayUrl", gateway.Url));

    /// <summary>What the programs have complained about, for the message of a test that fails.</summary>
    public string Complaints() => string.Join('\n', _members.Select(member => $"{member.Name}: {member.Complaints()}"));

    public async ValueTask DisposeAsync()
    {
        foreach (var member in _members)
        {
            await member.DisposeAsync();
        }

        _s3.Dispose();
        _postgres.Dispose();
        _folder.Dispose();
    }

    private static string Port() => FreePort.Next().ToString(CultureInfo.InvariantCulture);

    private ClusterMember Add(string project, params (string Name, string Value)[] environment)
    {
        var data = _folder.Combine(_members.Count.ToString(CultureInfo.InvariantCulture));
        var member = new ClusterMember(project, FreePort.Url(), [.. _shared, .. environment, ("MLOps__Tracking__DataDirectory", data)]);
        _members.Add(member);
        return member;
    }
}
