using MLOps.Models.Evaluation;
using MLOps.Models.Features;

namespace MLOps.Models.Neural.Allocator;

/// <summary>What a policy earned over rows in a line, after costs.</summary>
/// <param name="Returns">Simple, of each step.</param>
/// <param name="Turnover">Mean of a step.</param>
internal sealed record Backtest(double[] Returns, double Turnover)
{
    private const double DaysPerYear = 252;

    /// <param name="policy">State and what is held before trading to the weights to hold.</param>
    /// <param name="from">First row to allocate at, from equal weights.</param>
    /// <param name="to">Row after the last to allocate at; there must be growth from it.</param>
    public static Backtest Run(AllocationState states, double[][] growth, Func<float[], double[], double[]> policy, int from, int to, double cost)
    {
        var held = Rebalancing.EqualWeights(growth[0].Length);
        var (returns, turnover) = (new double[to - from], 0.0);
        for (var row = from; row < to; row++)
        {
            var step = Rebalancing.To(held, policy(states.At(row, held), held), growth[row], cost);
            returns[row - from] = step.Growth - 1;
            turnover += step.Turnover / returns.Length;
            held = step.Held;
        }

        return new Backtest(returns, turnover);
    }

    /// <summary>1/N, traded back to at every step, under the same costs.</summary>
    public static Backtest EqualWeights(AllocationState states, double[][] growth, int from, int to, double cost)
    {
        var equal = Rebalancing.EqualWeights(growth[0].Length);
        return Run(states, growth, (_, _) => equal, from, to, cost);
    }

    /// <summary>The policy's figures beside those of equal weights; ratios are of a year of 252 steps, probabilities of the step's ratio.</summary>
    public static Dictionary<string, double> Score(Backtest policy, Backtest equal) => new()
    {
        ["sharpe"] = Annual(policy),
        ["sharpe_equal_weight"] = Annual(equal),
        ["probabilistic_sharpe_above_equal_weight"] = ProbabilisticSharpe.Of(policy.Returns, SharpeRatio.Of(equal.Returns)),
        ["probabilistic_sharpe_above_zero"] = ProbabilisticSharpe.Of(policy.Returns, 0),
        ["growth_per_year"] = policy.GrowthPerYear,
        ["growth_per_year_equal_weight"] = equal.GrowthPerYear,
        ["max_drawdown"] = policy.MaximumDrawdown,
        ["max_drawdown_equal_weight"] = equal.MaximumDrawdown,
        ["turnover_per_step"] = policy.Turnover,
        ["turnover_per_step_equal_weight"] = equal.Turnover,
        ["steps"] = policy.Returns.Length,
    };

    private double GrowthPerYear => Math.Exp(DaysPerYear * Returns.Average(value => Math.Log(1 + value))) - 1;

    private double MaximumDrawdown
    {
        get
        {
            var values = new double[Returns.Length + 1];
            values[0] = 1;
            for (var i = 0; i < Returns.Length; i++)
            {
                values[i + 1] = values[i] * (1 + Returns[i]);
            }

            return Drawdowns.Of(values).Maximum;
        }
    }

    private static double Annual(Backtest backtest) => SharpeRatio.Annualised(SharpeRatio.Of(backtest.Returns), DaysPerYear);
}
