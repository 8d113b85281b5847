using MLOps.Models.Neural.Allocator.Ppo;

namespace MLOps.Models.Tests.Allocator;

/// <summary>Two assets in three regimes that the state shows. In regime 0 the first earns 1 a step and the second nothing, in regime 1 the other way round, and both last;
/// regime 2 is a blip out of regime 0 that pays the second asset 0.4 for one step. Trading costs 0.5 a unit, so the blip is not worth it and the change of regime is:
/// who does not see costs is wrong as is who never trades. The optimum is known by value iteration.</summary>
internal sealed class RegimeMdp : IAllocationEnvironment
{
    public const double Discount = 0.95;
    private const double Cost = 0.5;
    private const int Grid = 21;

    /// <summary>What each asset earns in each regime.</summary>
    private static readonly double[][] Earnings = [[1, 0], [0, 1], [0.6, 1]];

    /// <summary>From regime (row) to regime (column).</summary>
    private static readonly double[][] Chain = [[0.85, 0.05, 0.10], [0.05, 0.95, 0], [1, 0, 0]];

    private Random _random = new(0);
    private int _regime;
    private double _held;

    public int StateSize => 24;

    public int Assets => 2;

    public void Reset(Random random, int steps)
    {
        _random = random;
        _regime = random.Next(3);
        _held = random.NextDouble();
    }

    public float[] State()
    {
        var state = new float[StateSize];
        state[_regime] = 1;
        state[3] = (float)_held;
        state[4] = (float)(1 - _held);
        return state;
    }

    public double Step(ReadOnlySpan<double> weights)
    {
        var reward = Reward(_regime, _held, weights[0]);
        _held = weights[0];
        var draw = _random.NextDouble();
        var next = 0;
        while (next < 2 && draw >= Chain[_regime][next])
        {
            draw -= Chain[_regime][next];
            next++;
        }

        _regime = next;
        return reward;
    }

    /// <summary>Share of the first asset to hold, for what is held and the regime: the best of the grid after value iteration to a fixed point.</summary>
    public static Func<float[], double[]> Optimum()
    {
        var values = new double[3, Grid];
        for (var sweep = 0; sweep < 600; sweep++)
        {
            var next = new double[3, Grid];
            for (var regime = 0; regime < 3; regime++)
            {
                for (var held = 0; held < Grid; held++)
                {
                    next[regime, held] = Enumerable.Range(0, Grid).Max(target => Value(values, regime, Share(held), target));
                }
            }

            values = next;
        }

        return state =>
        {
            var regime = Array.FindIndex(state, 0, 3, value => value == 1);
            var best = Share(Enumerable.Range(0, Grid).MaxBy(target => Value(values, regime, state[3], target)));
            return [best, 1 - best];
        };
    }

    /// <summary>Mean reward of a step by a policy, over the same draws for every policy.</summary>
    public static double MeanReward(Func<float[], double[]> policy)
    {
        var environment = new RegimeMdp();
        var random = new Random(99);
        var sum = 0.0;
        for (var episode = 0; episode < 40; episode++)
        {
            environment.Reset(random, 250);
            for (var step = 0; step < 250; step++)
            {
                sum += environment.Step(policy(environment.State()));
            }
        }

        return sum / (40 * 250);
    }

    private static double Share(int point) => (double)point / (Grid - 1);

    private static double Reward(int regime, double held, double target) =>
        (target * Earnings[regime][0]) + ((1 - target) * Earnings[regime][1]) - (2 * Cost * Math.Abs(target - held));

    private static double Value(double[,] values, int regime, double held, int target)
    {
        var later = 0.0;
        for (var next = 0; next < 3; next++)
        {
            later += Chain[regime][next] * values[next, target];
        }

        return Reward(regime, held, Share(target)) + (Discount * later);
    }
}
