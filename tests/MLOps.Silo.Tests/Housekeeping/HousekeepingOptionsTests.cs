using Microsoft.Extensions.Options;
using MLOps.Silo.Housekeeping;
using MLOps.Tracking;

namespace MLOps.Silo.Tests.Housekeeping;

public sealed class HousekeepingOptionsTests
{
    [Fact]
    public void Defaults_AreValidAndRemoveNothing()
    {
        Assert.True(Validate(new HousekeepingOptions()).Succeeded);
        Assert.Null(new HousekeepingOptions().Retention);
    }

    [Fact]
    public void Faults_AreAllNamedWithTheirKeys()
    {
        var failures = Validate(new HousekeepingOptions
        {
            HeartbeatPatience = TimeSpan.FromSeconds(-1),
            HeartbeatCheckPeriod = TimeSpan.Zero,
            Period = TimeSpan.FromDays(2),
            Retention = TimeSpan.Zero,
        }).Failures!.ToList();
        Assert.Equal(4, failures.Count);
        foreach (var key in (string[])["HeartbeatPatience is -00:00:01", "HeartbeatCheckPeriod is 00:00:00", "Period is 2.00:00:00", "Retention is 00:00:00"])
        {
            Assert.Single(failures, failure => failure.StartsWith("MLOps:Housekeeping:" + key, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Retention_BeforeAnotherServer_IsRefusedWithTheRemedy()
    {
        var options = new HousekeepingOptions { Retention = TimeSpan.FromDays(30) };
        Assert.True(Validate(options).Succeeded);
        Assert.Contains("mlflow gc", Validate(options, "http://mlflow:5000").FailureMessage, StringComparison.Ordinal);
    }

    private static ValidateOptionsResult Validate(HousekeepingOptions options, string? store = null) =>
        new HousekeepingOptionsValidator(Options.Create(new TrackingOptions { TrackingUri = store })).Validate(null, options);
}
