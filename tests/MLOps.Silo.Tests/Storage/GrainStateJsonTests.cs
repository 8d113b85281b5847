using MLOps.Contracts.Endpoints;
using MLOps.Silo.Endpoints;
using MLOps.Silo.Storage;

namespace MLOps.Silo.Tests.Storage;

public sealed class GrainStateJsonTests
{
    [Fact]
    public void RoundTrip_ListsMadeByCollectionExpressions_ComeBack()
    {
        var variants = new List<VariantSpec> { new("champion", "models:/m/Production", double.NaN) };
        var state = new EndpointState
        {
            LastRevision = 7,
            Endpoint = new EndpointSnapshot(
                "e",
                EndpointStatus.Ready,
                null,
                [.. variants.Select(spec => new VariantState(spec, "m", 3, "mlflow-artifacts:/1/r/artifacts/model", "r"))],
                7,
                1,
                2,
                null,
                [new MonitoredElement("return", "y", 0)]),
        };

        var json = new GrainStateJson();
        var stored = json.Serialize(state);
        var back = json.Deserialize<EndpointState>(stored);

        Assert.DoesNotContain("$type", stored.ToString(), StringComparison.Ordinal);
        Assert.Equal(7, back.LastRevision);
        Assert.Equal(EndpointStatus.Ready, back.Endpoint!.Status);
        Assert.Equal(variants[0], Assert.Single(back.Endpoint.Variants).Spec);
        Assert.Equal(new MonitoredElement("return", "y", 0), Assert.Single(back.Endpoint.Monitored));
    }
}
