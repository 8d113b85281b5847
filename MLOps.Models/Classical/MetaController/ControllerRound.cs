using MLOps.Models.Onnx;

namespace MLOps.Models.Classical.MetaController;

/// <summary>A controller's round as graph nodes.</summary>
internal abstract class ControllerRound(int experts)
{
    public int Experts { get; } = experts;

    /// <summary>The weights first.</summary>
    public abstract IReadOnlyList<ControllerState> States { get; }

    /// <summary>The controller that the nodes are the twin of.</summary>
    public abstract IController Create();

    /// <param name="losses">Scaled to [0, 1]: [B,M], or [M] for one row.</param>
    /// <param name="states">In the order of <see cref="States"/>, each [B,width].</param>
    /// <returns>The next states in that order.</returns>
    public abstract string[] Write(OnnxGraphBuilder graph, string losses, string[] states);

    protected ControllerState WeightState => new("w", Experts, 1.0 / Experts);
}
