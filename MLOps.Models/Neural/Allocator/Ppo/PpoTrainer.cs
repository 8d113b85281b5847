using MLOps.Models.Catalog;
using MLOps.Models.Native;
using MLOps.Models.Neural.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MLOps.Models.Neural.Allocator.Ppo;

/// <summary>Learns a policy in copies of an environment. From any of its checkpoints it goes on bit for bit, on the same machine and number of threads: an iteration's environments are drawn by seed and
/// iteration, the policy's noise by a generator whose state is in the checkpoint.</summary>
internal sealed class PpoTrainer(PpoSettings settings, ITrainingObserver observer, CancellationToken cancellationToken)
{
    private const double ValueWeight = 0.5;
    private const double GradientNorm = 0.5;

    /// <summary>Share of the whole training's progress before and after this part.</summary>
    private const double ProgressBefore = 0.05;
    private const double ProgressAfter = 0.95;

    /// <param name="network">With its initial weights; has the learnt ones afterwards.</param>
    /// <param name="environments">As many as the settings say, each its own.</param>
    /// <param name="checkpoint">Where an earlier training of the same environments and settings was; null: nowhere.</param>
    /// <exception cref="ModelTrainingException">The policy diverged.</exception>
    public void Train(ActorCritic network, IReadOnlyList<IAllocationEnvironment> environments, byte[]? checkpoint)
    {
        LibTorch.EnsureLoaded(settings.Threads);
        using var scope = NewDisposeScope();
        using var noise = new TrainingNoise(settings.Seed);
        using var optimizer = new DecoupledAdam(network, weightDecay: 0);
        var done = 0;
        if (NeuralCheckpoint.Read(checkpoint) is { } earlier && earlier.Fits(network))
        {
            earlier.Restore(network, optimizer, noise);
            done = earlier.Position.Epoch;
        }

        // The policy is the last one, not the best: once it has learnt something, that is what there is to keep.
        for (var iteration = done + 1; iteration <= settings.Iterations && !(iteration > 1 && observer.IsToFinish()); iteration++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Iterate(network, optimizer, environments, noise, iteration);
            var at = TrainingPosition.Start with { Epoch = iteration };
            observer.OnCheckpoint(iteration, () => NeuralCheckpoint.Of(at, network, optimizer, noise).Write());
        }
    }

    private void Iterate(ActorCritic network, DecoupledAdam optimizer, IReadOnlyList<IAllocationEnvironment> environments, TrainingNoise noise, int iteration)
    {
        using var scope = NewDisposeScope();
        var random = new Random(Seeds.Of(settings.Seed, iteration));
        var rollout = PpoRollout.Collect(network, environments, settings, random, noise);
        // Falls to nothing along a line: the last steps settle instead of wandering.
        var learningRate = settings.LearningRate * (settings.Iterations - iteration + 1) / settings.Iterations;
        var (losses, steps) = (new double[5], 0);
        for (var pass = 0; pass < settings.Passes; pass++)
        {
            var order = EpochOrder.Of(settings.Seed, ((iteration - 1) * settings.Passes) + pass + 1, rollout.Count);
            foreach (var rows in order.Chunk(settings.BatchSize))
            {
                cancellationToken.ThrowIfCancellationRequested();
                var step = Step(network, optimizer, rollout, rows, learningRate);
                for (var i = 0; i < losses.Length; i++)
                {
                    losses[i] += step[i];
                }

                steps++;
            }
        }

        Report(iteration, rollout, [.. losses.Select(loss => loss / steps)]);
    }

    /// <summary>One step of the optimiser on some of the rollout's rows.</summary>
    /// <returns>The policy's loss, the value's, the entropy, the share of clipped ratios and the divergence from the policy that collected.</returns>
    private double[] Step(ActorCritic network, DecoupledAdam optimizer, PpoRollout rollout, long[] rows, double learningRate)
    {
        using var scope = NewDisposeScope();
        var index = tensor(rows);
        var states = rollout.States.index_select(0, index);
        var advantages = rollout.Advantages.index_select(0, index);
        var logRatio = PpoRollout.LogDensity(network, states, rollout.Logits.index_select(0, index)) - rollout.LogDensities.index_select(0, index);
        var ratio = logRatio.exp();
        var policy = -minimum(ratio * advantages, ratio.Within(1 - settings.Clip, 1 + settings.Clip) * advantages).mean();
        var error = network.Values(states) - rollout.Returns.index_select(0, index);
        var value = (error * error).mean();
        var entropy = network.LogDeviations.sum().Plus(0.5 * network.LogDeviations.shape[0] * Math.Log(2 * Math.PI * Math.E));

        (policy.Plus(value.Times(ValueWeight)) - entropy.Times(settings.Entropy)).backward();
        nn.utils.clip_grad_norm_(network.parameters(), GradientNorm);
        optimizer.Step(learningRate);

        // The divergence by the estimator that is never negative: mean of r − 1 − ln r.
        var beyond = ratio.Plus(-1);
        var divergence = (beyond - logRatio).mean();
        var clipped = beyond.abs().AtLeast(settings.Clip).to_type(ScalarType.Float32).mean();
        return [policy.item<float>(), value.item<float>(), entropy.item<float>(), clipped.item<float>(), divergence.item<float>()];
    }

    private void Report(int iteration, PpoRollout rollout, double[] losses)
    {
        if (!losses.All(double.IsFinite))
        {
            throw new ModelTrainingException(FormattableString.Invariant($"The policy diverged in iteration {iteration}: its losses are not finite. Try a smaller learning_rate than {settings.LearningRate}."));
        }

        observer.OnMetrics(iteration, [
            KeyValuePair.Create("mean_reward", rollout.MeanReward),
            KeyValuePair.Create("policy_loss", losses[0]),
            KeyValuePair.Create("value_loss", losses[1]),
            KeyValuePair.Create("entropy", losses[2]),
            KeyValuePair.Create("clip_fraction", losses[3]),
            KeyValuePair.Create("kl_divergence", losses[4]),
        ]);
        observer.OnProgress(
            ProgressBefore + ((ProgressAfter - ProgressBefore) * iteration / settings.Iterations),
            FormattableString.Invariant($"Iteration {iteration} of {settings.Iterations}"));
    }
}
