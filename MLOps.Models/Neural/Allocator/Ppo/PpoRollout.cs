using MLOps.Models.Neural.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MLOps.Models.Neural.Allocator.Ppo;

/// <summary>What one iteration collected, one row a step, and what is to be learnt from it.</summary>
/// <param name="States">[rows, state].</param>
/// <param name="Logits">That were drawn, [rows, A].</param>
/// <param name="LogDensities">Of the logits when they were drawn, [rows], without the constant.</param>
/// <param name="Advantages">How much better than expected each step turned out, [rows], of mean 0 and deviation 1.</param>
/// <param name="Returns">What the value of each state is to be, [rows].</param>
internal sealed record PpoRollout(int Count, Tensor States, Tensor Logits, Tensor LogDensities, Tensor Advantages, Tensor Returns, double MeanReward)
{
    public static PpoRollout Collect(ActorCritic network, IReadOnlyList<IAllocationEnvironment> environments, PpoSettings settings, Random random, TrainingNoise noise)
    {
        using var quiet = no_grad();
        foreach (var environment in environments)
        {
            environment.Reset(random, settings.Horizon);
        }

        var (states, logits, densities) = (new List<Tensor>(), new List<Tensor>(), new List<Tensor>());
        var (rewards, values) = (new List<double[]>(), new List<double[]>());
        for (var step = 0; step < settings.Horizon; step++)
        {
            var state = Observed(environments);
            var draw = noise.Normal(environments.Count, environments[0].Assets);
            var logit = network.forward(state).Plus(network.LogDeviations.exp() * draw);
            states.Add(state);
            logits.Add(logit);
            densities.Add(LogDensity(network, state, logit));
            values.Add([.. Tensors.Rows(network.Values(state)).Select(row => row[0])]);
            rewards.Add([.. Weights(logit).Select((weights, i) => environments[i].Step(weights))]);
        }

        values.Add([.. Tensors.Rows(network.Values(Observed(environments))).Select(row => row[0])]);
        var advantages = Estimated(rewards, values, settings.Discount, settings.Trace);
        return new PpoRollout(
            settings.Horizon * environments.Count,
            cat(states),
            cat(logits),
            cat(densities),
            Flat(Standardised(advantages)),
            Flat([.. advantages.Zip(values).Select(step => step.First.Zip(step.Second).Select(pair => pair.First + pair.Second).ToArray())]),
            rewards.Average(step => step.Average()));
    }

    /// <summary>Logarithm of the policy's density at given logits [B], without the constant.</summary>
    public static Tensor LogDensity(ActorCritic network, Tensor states, Tensor logits)
    {
        var distance = (logits - network.forward(states)) / network.LogDeviations.exp();
        return -(distance * distance).Times(0.5).Plus(network.LogDeviations).sum(1);
    }

    /// <summary>The portfolio's weights that logits [B, A] stand for: their softmax.</summary>
    private static double[][] Weights(Tensor logits) => Tensors.Rows(nn.functional.softmax(logits, 1));

    private static Tensor Observed(IReadOnlyList<IAllocationEnvironment> environments) => Tensors.Stack([.. environments.Select(environment => environment.State())], environments[0].StateSize);

    /// <summary>Generalised advantage estimates, [steps][environments]; what comes after the last step counts by the value of the state that it led to.</summary>
    private static double[][] Estimated(List<double[]> rewards, List<double[]> values, double discount, double trace)
    {
        var advantages = new double[rewards.Count][];
        var later = new double[rewards[0].Length];
        for (var step = rewards.Count - 1; step >= 0; step--)
        {
            advantages[step] = [.. later.Select((next, i) => rewards[step][i] + (discount * values[step + 1][i]) - values[step][i] + (discount * trace * next))];
            later = advantages[step];
        }

        return advantages;
    }

    private static double[][] Standardised(double[][] advantages)
    {
        var mean = advantages.Average(step => step.Average());
        var deviation = Math.Sqrt(advantages.Average(step => step.Average(value => (value - mean) * (value - mean))));
        return [.. advantages.Select(step => Array.ConvertAll(step, value => (value - mean) / (deviation + 1e-8)))];
    }

    private static Tensor Flat(double[][] steps) => AlignedTensor.Of([.. steps.SelectMany(step => step.Select(value => (float)value))], steps.Length * steps[0].Length);
}
