namespace MLOps.Inference.Sequences;

/// <summary>An output that is an input of the next step.</summary>
/// <param name="Initial">Every element of the input in a sequence's first step, when the caller does not give the input itself.</param>
public sealed record StateLink(string Output, string Input, double Initial = 0)
{
    /// <summary>The first step's elements of one batch row, where they differ among themselves: as many as the input's fixed dimensions hold. Null: all are <see cref="Initial"/>.</summary>
    public IReadOnlyList<double>? InitialRow { get; init; }

    /// <summary>Key of an ONNX model's metadata that declares its links: <c>h_next -> h = 0.87; p_next -> p = [0.9, 0.1]; c_next -> c</c>, where the initial value may be left out and is then 0.</summary>
    public const string MetadataKey = "mlops.state";

    /// <summary>By this ending an output declares itself: <c>h_next</c> feeds <c>h</c>.</summary>
    public const string Suffix = "_next";
}
