using MLOps.Models.Catalog;
using MLOps.Models.Features;
using MLOps.Models.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace MLOps.Models.Neural.Tcn;

/// <summary>Trains the network by AdamW on cross-entropy and keeps the weights of the best validation epoch.</summary>
internal sealed class TcnTrainer(TcnSettings settings, ITrainingObserver observer, CancellationToken cancellationToken)
{
    /// <summary>Share of the whole training's progress before and after this part.</summary>
    private const double ProgressBefore = 0.1;
    private const double ProgressAfter = 0.95;

    /// <param name="checkpoint">Where an earlier training of the same windows and settings was; null: nowhere.</param>
    /// <returns>The network at its best epoch, and that epoch's validation figures.</returns>
    public (TcnNetwork Network, TcnScore Best, int BestEpoch) Train(LabelledWindows fit, LabelledWindows validation, FeatureScaler scaler, byte[]? checkpoint)
    {
        LibTorch.EnsureLoaded();
        set_num_threads(settings.Threads);
        var order = new Random(settings.Seed);
        using var scope = NewDisposeScope();
        var inputs = Stack(fit.Windows);
        var targets = fit.TargetTensor();
        var validationInputs = Stack(validation.Windows);

        var network = SeededWeights.Create(settings.Seed, () => new TcnNetwork(scaler, settings.Channels, TcnSettings.Dilations, settings.States));
        using var optimizer = optim.AdamW(network.parameters(), settings.LearningRate, weight_decay: settings.WeightDecay);
        var steps = (fit.Windows.Count + settings.BatchSize - 1) / settings.BatchSize;
        var (best, bestEpoch) = (new TcnScore(double.PositiveInfinity, 0), 0);
        Dictionary<string, float[]> bestWeights = [];
        var done = 0;
        if (TcnCheckpoint.Read(checkpoint) is { } earlier && earlier.Fits(network))
        {
            earlier.Restore(network, optimizer);
            (done, best, bestEpoch, bestWeights) = (earlier.Epoch, earlier.Best, earlier.BestEpoch, earlier.BestWeights);
            for (var epoch = 0; epoch < done; epoch++)
            {
                // The order of the windows is the one draw from a generator: drawn again, it goes on where it was.
                Shuffled(order, fit.Windows.Count);
            }
        }

        for (var epoch = done + 1; epoch <= settings.Epochs && !(bestEpoch > 0 && observer.IsToFinish()); epoch++)
        {
            var loss = Epoch(network, optimizer, inputs, targets, Shuffled(order, fit.Windows.Count), (epoch - 1) * steps, steps);
            var score = TcnScore.Of(Probabilities(network, validationInputs), validation.Labels);
            observer.OnMetrics(epoch, [
                KeyValuePair.Create("train_loss", loss),
                KeyValuePair.Create("val_loss", score.LogLoss),
                KeyValuePair.Create("val_accuracy", score.Accuracy),
                KeyValuePair.Create("learning_rate", settings.LearningRate),
            ]);
            if (score.LogLoss < best.LogLoss)
            {
                (best, bestEpoch) = (score, epoch);
                bestWeights = TcnCheckpoint.WeightsOf(network);
            }
            else if (epoch - bestEpoch >= settings.Patience)
            {
                break;
            }

            observer.OnCheckpoint(epoch, () => TcnCheckpoint.Of(network, optimizer, epoch, best, bestEpoch, bestWeights).Write());
        }

        if (bestEpoch == 0)
        {
            network.Dispose();
            throw new ModelTrainingException($"The network diverged: no epoch of {settings.Epochs} had a finite validation log-loss. Try a smaller learning_rate than {settings.LearningRate}.");
        }

        TcnCheckpoint.SetWeights(network, bestWeights);
        return (network, best, bestEpoch);
    }

    /// <summary>Class probabilities of windows, [windows][classes].</summary>
    public static double[][] Probabilities(TcnNetwork network, IReadOnlyList<float[]> windows)
    {
        using var scope = NewDisposeScope();
        return Probabilities(network, Stack(windows));
    }

    private double Epoch(TcnNetwork network, optim.Optimizer optimizer, Tensor inputs, Tensor targets, long[] shuffled, int stepsBefore, int steps)
    {
        network.train();
        var sum = 0.0;
        for (var step = 0; step < steps; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var from = step * settings.BatchSize;
            var rows = tensor(shuffled[from..Math.Min(from + settings.BatchSize, shuffled.Length)]);
            optimizer.zero_grad();
            var loss = SoftCrossEntropy.Of(network.forward(inputs.index_select(0, rows)), targets.index_select(0, rows));
            loss.backward();
            optimizer.step();
            sum += loss.item<float>() * rows.shape[0];
            if (step % 10 == 0)
            {
                var fraction = (double)(stepsBefore + step) / (steps * settings.Epochs);
                observer.OnProgress(ProgressBefore + ((ProgressAfter - ProgressBefore) * fraction), $"Epoch {(stepsBefore / steps) + 1} of {settings.Epochs}");
            }
        }

        return sum / shuffled.Length;
    }

    private static double[][] Probabilities(TcnNetwork network, Tensor windows)
    {
        network.eval();
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var probabilities = nn.functional.softmax(network.forward(windows), 1);
        var (rows, classes) = ((int)probabilities.shape[0], (int)probabilities.shape[1]);
        var flat = probabilities.contiguous().data<float>().ToArray();
        return [.. Enumerable.Range(0, rows).Select(row => Array.ConvertAll(flat[(row * classes)..((row + 1) * classes)], p => (double)p))];
    }

    private static Tensor Stack(IReadOnlyList<float[]> windows) =>
        tensor(windows.SelectMany(window => window).ToArray(), [windows.Count, DailyFeatures.Names.Count, DailyFeatures.WindowLength]);

    private static long[] Shuffled(Random order, int count)
    {
        var rows = new long[count];
        for (var i = 0; i < count; i++)
        {
            rows[i] = i;
        }

        order.Shuffle(rows);
        return rows;
    }
}
