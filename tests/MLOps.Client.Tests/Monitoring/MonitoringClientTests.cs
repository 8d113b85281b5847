using MLOps.Client.Monitoring;

namespace MLOps.Client.Tests.Monitoring;

public sealed class MonitoringClientTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Alerts_OpenAndAcknowledged_AreToldApart()
    {
        await using var gateway = await TestGateway.StartAsync(g => g.On("GET /mlops/alerts", """
            {"alerts":[{"alert_id":"vol/2020-03/drift","endpoint":"vol","kind":"DRIFT","window":"2020-03","feature":"abs_return","value":3.1,"threshold":2.2,
              "message":"m","raised_at":5,"acknowledged_by":null,"acknowledged_at":null},
             {"alert_id":"b","endpoint":"vol","kind":"PERFORMANCE","window":"w","feature":"","value":1,"threshold":2,"message":"n","raised_at":4,"acknowledged_by":"ana","acknowledged_at":6}]}
            """));

        var alerts = await gateway.Client.Monitoring.ListAlertsAsync(Token);

        Assert.Equal([true, false], alerts.Select(alert => alert.IsOpen));
        Assert.Equal([AlertKind.Drift, AlertKind.Performance], alerts.Select(alert => alert.Kind));
    }

    [Fact]
    public async Task Acknowledge_IdWithSlashes_IsOneSegment()
    {
        await using var gateway = await TestGateway.StartAsync(g => g.On(
            "POST /mlops/alerts/{id}/acknowledge", """{"alert_id":"vol/2020-03/drift","endpoint":"vol","acknowledged_by":"ana","acknowledged_at":6}"""));

        var alert = await gateway.Client.Monitoring.AcknowledgeAsync("vol/2020-03/drift", "ana", Token);

        Assert.Equal("/mlops/alerts/vol%2F2020-03%2Fdrift/acknowledge", gateway.Received[0].Target);
        Assert.Equal("ana", gateway.Received[0].Json.GetProperty("by").GetString());
        Assert.False(alert.IsOpen);
    }

    [Fact]
    public async Task Drift_Reports_CarryTheirFeatures()
    {
        const string answer = """
            {"endpoint":"vol","reports":[{"window":"2020-03","count":22,"statistic":3.1,"threshold":2.2,"drifted":true,"textbook_drifted":true,
              "features":[{"feature":"abs_return","kolmogorov_smirnov":0.66,"normalised":3.1,"textbook_p_value":1e-9,"population_stability_index":1.4}]}]}
            """;
        await using var gateway = await TestGateway.StartAsync(g => g
            .On("GET /mlops/monitoring/vol/drift", answer)
            .On("POST /mlops/monitoring/vol/evaluate", answer));

        var report = Assert.Single((await gateway.Client.Monitoring.GetDriftAsync("vol", cancellationToken: Token)).Reports);
        Assert.True(report.Drifted);
        Assert.Equal(1e-9, Assert.Single(report.Features).TextbookPValue);
        Assert.Single((await gateway.Client.Monitoring.EvaluateAsync("vol", cancellationToken: Token)).Reports);
    }

    [Fact]
    public async Task Validations_OfAVersion_HaveNullWhereThereIsNoNumber()
    {
        await using var gateway = await TestGateway.StartAsync(g => g.On("GET /mlops/metrics/validation", """
            {"versions":[{"model":"a b","version":3,"stage":"Staging","run_id":"r","temporal_continuity":0.6,"regime_separability":{"fisher":2.1,"silhouette":null},
              "feature_stability":{"psi":0.2,"rank_correlation":null},"prediction_consistency":{"disagreement":1e-9,"noise_variance":0.01},
              "drift_detection":{"ks":0.1,"psi":0.2,"wasserstein":0.3,"js":0.4},"sharpe":{"per_period":0.05,"probabilistic":0.9,"deflated":0.6,"trials":7},"file":"f"}]}
            """));

        var version = Assert.Single(await gateway.Client.Monitoring.ListValidationsAsync("a b", 3, Token));

        Assert.Equal("/mlops/metrics/validation?model=a%20b&version=3", gateway.Received[0].Target);
        Assert.Equal((0.6, 2.1, null), (version.TemporalContinuity, version.RegimeSeparability.Fisher, version.RegimeSeparability.Silhouette));
        Assert.Equal((1e-9, 0.4, 7), (version.PredictionConsistency.Disagreement, version.DriftDetection.Js, version.Sharpe!.Trials));
    }
}
