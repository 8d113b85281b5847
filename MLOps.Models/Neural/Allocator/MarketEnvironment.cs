using MLOps.Models.Features;
using MLOps.Models.Neural.Allocator.Ppo;

namespace MLOps.Models.Neural.Allocator;

/// <summary>Stretches of the fit rows' history to allocate in. The reward of a step is 100·(ln growth after costs − (risk aversion − 1)/2·return²) less 100·ln of what equal weights grew by,
/// which no policy can change: it takes the market's noise out of the reward without moving its optimum.</summary>
/// <param name="fitRows">Rows of prices that may be looked at.</param>
internal sealed class MarketEnvironment(AllocationState states, double[][] growth, int fitRows, double cost, double riskAversion) : IAllocationEnvironment
{
    private int _row;
    private double[] _held = [];

    public int StateSize => AllocationState.Size;

    public int Assets => growth[0].Length;

    public void Reset(Random random, int steps)
    {
        _row = random.Next(AllocationState.History, fitRows - steps);

        // From any portfolio, evenly over the simplex: else it would learn trading only from where its own policy holds it.
        double[] draws = [.. Enumerable.Range(0, Assets).Select(_ => -Math.Log(1 - random.NextDouble()))];
        var sum = draws.Sum();
        _held = [.. draws.Select(draw => draw / sum)];
    }

    public float[] State() => states.At(_row, _held);

    public double Step(ReadOnlySpan<double> weights)
    {
        var step = Rebalancing.To(_held, weights, growth[_row], cost);
        var equal = growth[_row].Average();
        _held = step.Held;
        _row++;
        var gain = step.Growth - 1;
        return 100 * (Math.Log(step.Growth) - (0.5 * (riskAversion - 1) * gain * gain) - Math.Log(equal));
    }
}
