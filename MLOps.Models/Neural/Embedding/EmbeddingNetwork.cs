using MLOps.Models.Features;
using MLOps.Models.Neural.Layers;
using MLOps.Models.Neural.Training;
using MLOps.Models.Onnx;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLOps.Models.Neural.Embedding;

/// <summary>A network that makes a short vector of a window of days and the window again of the vector. Windows are raw features; the scaler and the clipping are part of the network and of its graph.</summary>
internal abstract class EmbeddingNetwork : Module<Tensor, Tensor>
{
    public const string Input = "input";

    /// <summary>Scaled features are clipped here: a crash day says that it was one, not by how many deviations.</summary>
    public const float Clip = 5;

    private readonly Tensor _means;
    private readonly Tensor _deviations;

    /// <param name="isByDay">Whether windows are [days, features]; otherwise [features, days].</param>
    protected EmbeddingNetwork(string name, FeatureScaler scaler, bool isByDay, int width)
        : base(name)
    {
        (Scaler, IsByDay, Width) = (scaler, isByDay, width);
        long[] shape = isByDay ? [1, 1, Features] : [1, Features, 1];
        _means = AlignedTensor.Of(scaler.Means, shape).DetachFromDisposeScope();
        _deviations = AlignedTensor.Of(scaler.Deviations, shape).DetachFromDisposeScope();
    }

    public static int Features => MarketFeatures.Names.Count;

    public static int Days => MarketFeatures.WindowLength;

    public FeatureScaler Scaler { get; }

    public bool IsByDay { get; }

    /// <summary>Length of an embedding.</summary>
    public int Width { get; }

    public long[] WindowShape => IsByDay ? [Days, Features] : [Features, Days];

    /// <summary>Raw windows to embeddings [B, width].</summary>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return Encode(Scaled(input)).MoveToOuterDisposeScope();
    }

    public Tensor Scaled(Tensor input)
    {
        using var scope = NewDisposeScope();
        return ((input - _means) / _deviations).Within(-Clip, Clip).MoveToOuterDisposeScope();
    }

    /// <summary>Scaled windows to embeddings.</summary>
    public abstract Tensor Encode(Tensor scaled);

    /// <summary>Embeddings to scaled windows, in the shape of the input.</summary>
    public abstract Tensor Decode(Tensor embedding);

    /// <summary>Sets weights to start from, where the network can begin as the linear embedding.</summary>
    /// <param name="components">Of the fit windows, scaled and flat.</param>
    public virtual void Initialise(PrincipalComponents components)
    {
    }

    /// <param name="scaled">The batch's windows, scaled.</param>
    /// <param name="dayBefore">Each one's window a day earlier.</param>
    public abstract BatchLoss Loss(Tensor scaled, Tensor dayBefore, TrainingMoment moment);

    /// <summary>What chooses the best epoch; null: the share of the windows' variance that the reconstruction leaves unexplained.</summary>
    public virtual double? ValidationLoss(Tensor scaled) => null;

    /// <summary><see cref="Encode"/> as nodes, and the graph's outputs: the first is the embedding.</summary>
    public abstract IReadOnlyList<EmbeddingOutput> WriteEncoder(NetworkGraph layers, string scaled);

    /// <summary><see cref="Decode"/> as nodes.</summary>
    public abstract string WriteDecoder(NetworkGraph layers, string embedding);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _means.Dispose();
            _deviations.Dispose();
        }

        base.Dispose(disposing);
    }
}
