using MLOps.Contracts.Endpoints;
using MLOps.Gateway.Endpoints;

namespace MLOps.Gateway.Tests.Endpoints;

public sealed class CallerHashTests
{
    [Fact]
    public void Of_KeyInAnEndpoint_IsTheSameEverywhere()
    {
        // SHA-256 of "ab\ncaller-1": its first eight bytes, little-endian, as 53 bits. Any other implementation gets the same.
        var hash = System.Security.Cryptography.SHA256.HashData("ab\ncaller-1"u8);
        Assert.Equal((BitConverter.ToUInt64(hash) >> 11) / 9007199254740992.0, CallerHash.Of("ab", "caller-1"));
        Assert.NotEqual(CallerHash.Of("ab", "caller-1"), CallerHash.Of("ba", "caller-1"));
    }

    [Fact]
    public void Pick_WeightOfACanaryGrows_MovesCallersOnlyTowardsIt()
    {
        // Steps must not shuffle callers between the variants: who has met the candidate stays with it.
        string Variant(double share, int caller) => Route(1 - share, share).Pick($"caller-{caller}", null).Variant.Spec.Name;
        for (var caller = 0; caller < 500; caller++)
        {
            var met = new[] { 0.05, 0.25, 0.5, 1 }.Select(share => Variant(share, caller)).ToArray();
            Assert.Equal(met.Order(StringComparer.Ordinal).Reverse(), met);
        }
    }

    /// <summary>A request whose variant hangs or fails is that variant's to answer for.</summary>
    [Fact]
    public void PickAgain_OfARequestWithoutAKey_IsTheSameVariantWhileItIsServed()
    {
        var request = new PredictionRequest([], [], null, null, 0);
        var route = Route(0.5, 0.5);
        for (var i = 0; i < 100; i++)
        {
            var first = route.Pick(request);
            Assert.Same(first, route.PickAgain(request, first));
            Assert.Equal(first.Variant, Route(0.9, 0.1).PickAgain(request, first).Variant with { Spec = first.Variant.Spec });
            Assert.Equal("old", Route(1, 0).PickAgain(request, first).Variant.Spec.Name);
        }

        var picks = Enumerable.Range(0, 200).Select(_ => route.PickAgain(request, null).Variant.Spec.Name).Distinct();
        Assert.Equal(["new", "old"], picks.Order(StringComparer.Ordinal));
    }

    private static EndpointRoute Route(double old, double candidate) => new(
        new EndpointSnapshot("e", EndpointStatus.Ready, null, [State("old", old), State("new", candidate)], 1, 1, 1, null, []),
        new EndpointStatistics(),
        null,
        TimeProvider.System);

    private static VariantState State(string name, double weight) => new(new VariantSpec(name, "models:/m/1", weight), "m", 1, "s", null, 1);
}
