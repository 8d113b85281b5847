using MLOps.Models.Catalog;
using MLOps.Models.Native;
using MLOps.Models.Neural;
using MLOps.Models.Neural.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MLOps.Models.Tests.Neural.Training;

[Collection("libtorch has one random generator a process")]
public sealed class NeuralTrainerTests
{
    private static readonly NeuralSettings Settings = new(
        Epochs: 6, BatchSize: 16, LearningRate: 0.01, WeightDecay: 0.01, ValidationFraction: 0.1, Patience: 100, Seed: 7, Threads: 1,
        LearningRates.WarmUpThenCosine, GradientNorm: 1, CheckpointBatches: 3);

    static NeuralTrainerTests() => LibTorch.EnsureLoaded();

    [Fact]
    public void Train_FromAnyCheckpoint_GoesOnBitForBitWithinEpochsToo()
    {
        var whole = new RecordingObserver();
        var undisturbed = Train(Settings, whole, out var weights);

        // 100 rows in batches of 16 are 7 batches: two checkpoints within each epoch and one after it.
        Assert.Equal([0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 5, 5, 5, 6], whole.Checkpoints.Select(checkpoint => checkpoint.Step));
        foreach (var (step, content) in whole.Checkpoints)
        {
            // Whatever the process drew meanwhile.
            random.manual_seed(step + 1000);
            var rest = new RecordingObserver();
            var resumed = Train(Settings, rest, out var resumedWeights, content);

            Assert.Equal(whole.Epochs.Where(epoch => epoch.Step > step).Select(Text), rest.Epochs.Select(Text));
            Assert.Equal(weights, resumedWeights);
            Assert.Equal(undisturbed.BestEpoch, resumed.BestEpoch);
            Assert.Equal(undisturbed.Best.Loss, resumed.Best.Loss);
        }
    }

    [Fact]
    public void Train_Metrics_HasLossPartsValidationAndLearningRate()
    {
        var observer = new RecordingObserver();
        Train(Settings, observer, out _);

        Assert.Equal([1, 2, 3, 4, 5, 6], observer.Epochs.Select(epoch => epoch.Step));
        Assert.All(observer.Epochs, epoch => Assert.Equal(["learning_rate", "train_error", "train_loss", "train_size", "val_loss", "val_root"], epoch.Metrics.Keys.Order()));
        Assert.True(observer.Epochs[^1].Metrics["val_loss"] < observer.Epochs[0].Metrics["val_loss"]);
        Assert.True(observer.Epochs[^1].Metrics["learning_rate"] < 0.2 * Settings.LearningRate, "the cosine has fallen");
    }

    [Fact]
    public void Train_Losses_AreMeansOverAllRowsWhateverTheLastBatch()
    {
        var observer = new RecordingObserver();
        Train(Settings with { Epochs = 1, LearningRate = 1e-12, BatchSize = 99 }, observer, out _);
        var uneven = observer.Epochs[0].Metrics["train_size"];
        Train(Settings with { Epochs = 1, LearningRate = 1e-12, BatchSize = 100 }, observer, out _);

        Assert.Equal(observer.Epochs[1].Metrics["train_size"], uneven, 1e-5);
    }

    [Fact]
    public void Train_NoImprovement_StopsAfterPatienceAndKeepsTheBestWeights()
    {
        var observer = new RecordingObserver();
        var training = Train(Settings with { Epochs = 200, LearningRate = 0.1, Patience = 3, Schedule = LearningRates.Constant }, observer, out var weights);

        var best = observer.Epochs.MinBy(epoch => epoch.Metrics["val_loss"]);
        Assert.InRange(training.Epochs, 4, 199);
        Assert.Equal(best.Step, training.BestEpoch);
        Assert.Equal(best.Step + 3, training.Epochs);
        using var task = new NoisyTask(100, 1);
        task.Network.Restore(weights);
        using var quiet = no_grad();
        Assert.Equal(best.Metrics["val_loss"], task.Validate().Loss);
    }

    [Fact]
    public void Train_GradientNorm_MakesTheScaleOfALossIrrelevant()
    {
        // Two losses a thousandfold apart, both cut to one length, take the same first step.
        var settings = Settings with { Epochs = 1, BatchSize = 100, GradientNorm = 1e-3, WeightDecay = 0 };
        using var plain = new NoisyTask(100, 1) { Scale = 1e3 };
        using var scaled = new NoisyTask(100, 1) { Scale = 1e6 };
        var one = Trainer(settings).Train(plain, null);
        var other = Trainer(settings).Train(scaled, null);
        Assert.Equal(one.Best.Loss, other.Best.Loss, 1e-5);
    }

    [Fact]
    public void Train_Moments_RiseFromZeroByTheBatch()
    {
        using var task = new NoisyTask(100, 1);
        Trainer(Settings with { Epochs = 2 }).Train(task, null);

        Assert.Equal(Enumerable.Range(0, 14).Select(step => step / 7.0), task.Moments.Select(moment => moment.Epochs), (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal(0.5, task.Moments[7].WarmUp(2));
        Assert.Equal(1, task.Moments[7].WarmUp(0));
    }

    [Fact]
    public void Train_Cancelled_StopsWithinTheEpoch()
    {
        using var cancellation = new CancellationTokenSource();
        using var task = new NoisyTask(100, 1);
        var observer = new RecordingObserver(_ => cancellation.Cancel());

        Assert.Throws<OperationCanceledException>(() => new NeuralTrainer(Settings, observer, cancellation.Token).Train(task, null));

        Assert.Single(observer.Epochs);
        Assert.Equal(7, task.Moments.Count);
    }

    [Fact]
    public void Train_Diverges_SaysWhatToTry()
    {
        using var task = new NoisyTask(100, 1) { Scale = double.NaN };
        var exception = Assert.Throws<ModelTrainingException>(() => Trainer(Settings with { Patience = 2 }).Train(task, null));
        Assert.Contains("no epoch of 2 had a finite validation figure. Try a smaller learning_rate than 0.01", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EpochOrder_EveryEpochAndSeed_IsAnotherPermutation()
    {
        var orders = (from seed in Enumerable.Range(0, 3) from epoch in Enumerable.Range(1, 3) select EpochOrder.Of(seed, epoch, 50)).ToList();
        Assert.All(orders, order => Assert.Equal(Enumerable.Range(0, 50).Select(i => (long)i), order.Order()));
        Assert.Equal(orders.Count, orders.Select(order => string.Join(',', order)).Distinct().Count());
    }

    [Fact]
    public void Dropout_Rate_DropsThatShareAndKeepsTheMean()
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        using var noise = new TrainingNoise(1);
        var dropped = noise.Dropout(ones(100_000), 0.25);
        using Scalar zero = 0;
        Assert.Equal(0.25, dropped.eq(zero).to_type(ScalarType.Float32).mean().item<float>(), 0.01);
        Assert.Equal(1, dropped.mean().item<float>(), 0.01);
    }

    private static NeuralTrainer Trainer(NeuralSettings settings) => new(settings, new RecordingObserver(), TestContext.Current.CancellationToken);

    private static NeuralTraining Train(NeuralSettings settings, RecordingObserver observer, out Dictionary<string, byte[]> weights, byte[]? checkpoint = null)
    {
        using var task = new NoisyTask(100, 1);
        var training = new NeuralTrainer(settings, observer, TestContext.Current.CancellationToken).Train(task, checkpoint);
        weights = task.Network.Snapshot();
        return training;
    }

    private static string Text((long Step, Dictionary<string, double> Metrics) epoch) =>
        $"{epoch.Step}: {string.Join(", ", epoch.Metrics.OrderBy(metric => metric.Key, StringComparer.Ordinal).Select(metric => $"{metric.Key} {metric.Value:R}"))}";
}
