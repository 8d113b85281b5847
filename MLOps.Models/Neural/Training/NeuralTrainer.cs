using System.Globalization;
using MLOps.Models.Catalog;
using MLOps.Models.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace MLOps.Models.Neural.Training;

/// <summary>Trains any network by AdamW on shuffled mini-batches, stops when validation stops improving, and leaves the weights of the best epoch.
/// From any of its checkpoints it goes on bit for bit, on the same machine and number of threads.</summary>
internal sealed class NeuralTrainer(NeuralSettings settings, ITrainingObserver observer, CancellationToken cancellationToken)
{
    /// <summary>Share of the whole training's progress before and after this part.</summary>
    private const double ProgressBefore = 0.1;
    private const double ProgressAfter = 0.95;
    private const int ProgressBatches = 10;

    /// <param name="task">Its network has the initial weights.</param>
    /// <param name="checkpoint">Where an earlier training of the same task and settings was; null: nowhere.</param>
    /// <exception cref="ModelTrainingException">No epoch had a finite validation figure.</exception>
    public NeuralTraining Train(ILearningTask task, byte[]? checkpoint)
    {
        LibTorch.EnsureLoaded(settings.Threads);
        using var scope = NewDisposeScope();
        using var noise = new TrainingNoise(settings.Seed);
        using var optimizer = new DecoupledAdam(task.Network, settings.WeightDecay);
        var at = TrainingPosition.Start;
        if (NeuralCheckpoint.Read(checkpoint) is { } earlier && earlier.Fits(task.Network))
        {
            earlier.Restore(task.Network, optimizer, noise);
            at = earlier.Position;
        }

        var stopped = false;
        while (at.Epoch < settings.Epochs && !stopped && !(at.BestEpoch > 0 && observer.IsToFinish()))
        {
            at = Validated(task, Epoch(task, optimizer, noise, at));
            stopped = at.Epoch - at.BestEpoch >= settings.Patience;
            if (!stopped)
            {
                Offer(at, task.Network, optimizer, noise);
            }
        }

        if (at.BestEpoch == 0)
        {
            throw new ModelTrainingException(string.Create(CultureInfo.InvariantCulture, $"The network diverged: no epoch of {at.Epoch} had a finite validation figure. Try a smaller learning_rate than {settings.LearningRate}."));
        }

        task.Network.Restore(at.BestWeights);
        task.Network.eval();
        return new NeuralTraining(at.Best, at.BestEpoch, at.Epoch);
    }

    private TrainingPosition Epoch(ILearningTask task, DecoupledAdam optimizer, TrainingNoise noise, TrainingPosition at)
    {
        var order = EpochOrder.Of(settings.Seed, at.Epoch + 1, task.Rows);
        var batches = (task.Rows + settings.BatchSize - 1) / settings.BatchSize;
        task.Network.train();
        while (at.Batch < batches)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var from = at.Batch * settings.BatchSize;
            var moment = new TrainingMoment(at.Epoch + ((double)at.Batch / batches), noise);
            var losses = Step(task, optimizer, moment, order[from..Math.Min(from + settings.BatchSize, order.Length)]);
            at = at with { Batch = at.Batch + 1, Losses = Summed(at.Losses, losses) };
            if (at.Batch % ProgressBatches == 1)
            {
                observer.OnProgress(
                    ProgressBefore + ((ProgressAfter - ProgressBefore) * moment.Epochs / settings.Epochs),
                    string.Create(CultureInfo.InvariantCulture, $"Epoch {at.Epoch + 1} of {settings.Epochs}"));
            }

            if (at.Batch % settings.CheckpointBatches == 0 && at.Batch < batches)
            {
                Offer(at, task.Network, optimizer, noise);
            }
        }

        return at;
    }

    /// <summary>One step of the optimiser.</summary>
    /// <returns>The loss and its parts, each summed over the batch's rows.</returns>
    private KeyValuePair<string, double>[] Step(ILearningTask task, DecoupledAdam optimizer, TrainingMoment moment, long[] rows)
    {
        using var scope = NewDisposeScope();
        var loss = task.Loss(tensor(rows), moment);
        loss.Total.backward();
        if (double.IsFinite(settings.GradientNorm))
        {
            nn.utils.clip_grad_norm_(task.Network.parameters(), settings.GradientNorm);
        }

        optimizer.Step(LearningRate(moment.Epochs));
        return
        [
            KeyValuePair.Create("train_loss", (double)loss.Total.item<float>() * rows.Length),
            .. loss.Parts.Select(part => KeyValuePair.Create(part.Name, (double)part.Value.item<float>() * rows.Length)),
        ];
    }

    /// <summary>Ends the epoch: scores the network, reports, and keeps the weights where they are the best so far.</summary>
    private TrainingPosition Validated(ILearningTask task, TrainingPosition at)
    {
        task.Network.eval();
        Validation validation;
        using (no_grad())
        using (NewDisposeScope())
        {
            validation = task.Validate();
        }

        var epoch = at.Epoch + 1;
        observer.OnMetrics(epoch, [
            .. at.Losses.Select(sum => KeyValuePair.Create(sum.Key, sum.Value / task.Rows)),
            KeyValuePair.Create("val_loss", validation.Loss),
            .. validation.Metrics,
            KeyValuePair.Create("learning_rate", LearningRate(at.Epoch)),
        ]);
        at = at with { Epoch = epoch, Batch = 0, Losses = [] };
        return validation.Loss < at.Best.Loss
            ? at with { Best = validation, BestEpoch = epoch, BestWeights = task.Network.Snapshot() }
            : at;
    }

    private void Offer(TrainingPosition at, nn.Module network, DecoupledAdam optimizer, TrainingNoise noise) =>
        observer.OnCheckpoint(at.Epoch, () => NeuralCheckpoint.Of(at, network, optimizer, noise).Write());

    private double LearningRate(double epochs) => settings.LearningRate * settings.Schedule(epochs / settings.Epochs);

    private static KeyValuePair<string, double>[] Summed(IReadOnlyList<KeyValuePair<string, double>> sums, KeyValuePair<string, double>[] more) =>
        [.. more.Select((entry, i) => KeyValuePair.Create(entry.Key, entry.Value + (sums.Count > 0 ? sums[i].Value : 0)))];
}
