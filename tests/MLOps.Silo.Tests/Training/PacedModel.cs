using System.Collections.Concurrent;
using System.Globalization;
using MLOps.Models.Catalog;
using MLOps.Models.Data;

namespace MLOps.Silo.Tests.Training;

/// <summary>A team's own model that trains as far as the test lets it. Each step's loss follows from that of the step before to the last bit, so a training that goes on elsewhere must have all of its state.</summary>
internal sealed class PacedModel : IModelDefinition
{
    public const int Steps = 100;

    /// <summary>A checkpoint comes after every step that this divides.</summary>
    public const int CheckpointEvery = 10;

    private const int HeldStep = 30;

    private volatile int _upTo;
    private int _trainings = -1;

    public string Id => "paced";

    public string Name => "Paced";

    public string Category => "Test";

    public string Description => "Trains as far as it may.";

    public IReadOnlyList<HyperParameter> HyperParameters { get; } =
    [
        new("rate", HyperParameterType.RealNumber, "3.9", 0, 4, [], "Makes the loss of each step from that before."),
        new("best", HyperParameterType.Text, "yes", null, null, ["yes", "no"], "Whether it has a best to end with."),
        new("hoard", HyperParameterType.Text, "no", null, null, ["no", "yes"], "Whether it takes memory until it is ended."),
        new("threads", HyperParameterType.WholeNumber, "64", 1, 1024, [], "Threads."),
    ];

    public DataNeeds Data => DataNeeds.Bars;

    public ModelSignature Signature { get; } = new([new TensorSpec("x", "float32", [-1, 2])], [new TensorSpec("y", "float32", [-1])]);

    /// <summary>A training of this rate does not go beyond this step.</summary>
    public (double Rate, int Step)? HoldsAt { get; set; }

    /// <summary>Trainings from this one on, counted from 0, do not go beyond <see cref="HeldStep"/>; null: all may.</summary>
    public int? HoldsFrom { get; set; }

    /// <summary>Whether a training that is held offers a checkpoint again and again.</summary>
    public bool OffersWhileHeld { get; set; }

    /// <summary>Trainings that have begun.</summary>
    public int Trainings => Volatile.Read(ref _trainings) + 1;

    /// <summary>Step that each training went on behind; 0: it began anew.</summary>
    public ConcurrentQueue<int> Begun { get; } = new();

    /// <summary>Niceness of the last training's thread.</summary>
    public string? Priority { get; private set; }

    /// <summary>Lets every training come to this step.</summary>
    public void Allow(int step) => _upTo = step;

    public IReadOnlyDictionary<string, double> Evaluate(TrainedModel model, TrainingData data, int from, int to, CancellationToken cancellationToken) =>
        new Dictionary<string, double> { ["loss"] = BitConverter.ToDouble(model.Files.Single(file => file.Path == "model.onnx").Content), ["rows"] = to - from };

    public TrainedModel Train(TrainingRequest request, ITrainingObserver observer, CancellationToken cancellationToken)
    {
        var parameters = HyperParameterValues.Parse(HyperParameters, request.Parameters);
        var number = Interlocked.Increment(ref _trainings);
        Priority = OperatingSystem.IsLinux() ? File.ReadAllText("/proc/thread-self/stat").Split(' ')[18] : null;
        if (parameters.Text("hoard") == "yes")
        {
            Hoard(cancellationToken);
        }

        var (step, loss, best, bestStep) = Read(request.Checkpoint);
        Begun.Enqueue(step);
        for (step++; step <= Steps && !(parameters.Text("best") == "yes" && bestStep > 0 && observer.IsToFinish()); step++)
        {
            var state = (step - 1, loss, best, bestStep);
            Wait(step, number, parameters.RealNumber("rate"), () => observer.OnCheckpoint(state.Item1, () => Write(state)), cancellationToken);
            loss *= parameters.RealNumber("rate") * (1 - loss);
            observer.OnMetrics(step, [new("loss", loss)]);
            observer.OnProgress((double)step / Steps, string.Create(CultureInfo.InvariantCulture, $"step {step}"));
            (best, bestStep) = loss < best ? (loss, step) : (best, bestStep);
            if (step % CheckpointEvery == 0)
            {
                var content = (step, loss, best, bestStep);
                observer.OnCheckpoint(step, () => Write(content));
            }
        }

        return new TrainedModel(
            [new ModelFile("model.onnx", BitConverter.GetBytes(best))],
            Signature,
            parameters.AsText,
            new Dictionary<string, double> { ["final_loss"] = best, ["best_step"] = bestStep },
            null,
            new Dictionary<string, string>());
    }

    private static void Hoard(CancellationToken cancellationToken)
    {
        var hoard = new List<byte[]>();
        while (!cancellationToken.IsCancellationRequested)
        {
            var more = new byte[8 << 20];
            Array.Fill(more, (byte)1);
            hoard.Add(more);
            Thread.Sleep(5);
        }

        GC.KeepAlive(hoard);
        cancellationToken.ThrowIfCancellationRequested();
    }

    private void Wait(int step, int number, double rate, Action offer, CancellationToken cancellationToken)
    {
        while (step > _upTo || (HoldsAt is { } hold && hold.Rate == rate && step > hold.Step) || (number >= HoldsFrom && step > HeldStep))
        {
            cancellationToken.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(5));
            cancellationToken.ThrowIfCancellationRequested();
            if (OffersWhileHeld)
            {
                offer();
            }
        }
    }

    private static (int Step, double Loss, double Best, int BestStep) Read(byte[]? checkpoint) => checkpoint is null
        ? (0, 0.3, double.PositiveInfinity, 0)
        : (BitConverter.ToInt32(checkpoint), BitConverter.ToDouble(checkpoint, 4), BitConverter.ToDouble(checkpoint, 12), BitConverter.ToInt32(checkpoint, 20));

    private static byte[] Write((int Step, double Loss, double Best, int BestStep) state) =>
        [.. BitConverter.GetBytes(state.Step), .. BitConverter.GetBytes(state.Loss), .. BitConverter.GetBytes(state.Best), .. BitConverter.GetBytes(state.BestStep)];
}
