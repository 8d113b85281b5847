namespace MLOps.Testing.Onnx;

/// <summary>Models that carry a state from step to step, and models whose outputs are hard to bind to fixed memory.</summary>
public static class StepModels
{
    private const string StateKey = "mlops.state";

    /// <summary>sum_next = sum + x, and doubled = 2·sum_next; FP32, both of shape [B, 1]. By its names sum_next feeds sum.</summary>
    /// <param name="state">The model's own declaration of its state; null: none.</param>
    public static byte[] RunningSum(string? state = null) => WithMetadata(
        TinyModels.Model(TinyModels.Graph(
            [TinyModels.Node("Add", ["x", "sum"], ["sum_next"]), TinyModels.Node("Add", ["sum_next", "sum_next"], ["doubled"])],
            [],
            [Batch("x"), Batch("sum")],
            [Batch("sum_next"), Batch("doubled")])),
        state);

    /// <summary>y = table[x], FP32 [-1] from INT64 [-1]: an index outside the table fails the run.</summary>
    public static byte[] Lookup(params float[] table) => TinyModels.Model(TinyModels.Graph(
        [TinyModels.Node("Gather", ["table", "x"], ["y"])],
        [TinyModels.Tensor("table", [table.Length], table)],
        [TinyModels.Value("x", TinyModels.Int64Elements, [-1])],
        [TinyModels.Value("y", TinyModels.FloatElements, [-1])]));

    /// <summary>y = row and column of what is not zero in x, FP32 [-1, 2] → INT64 [-1, 2]: not one row for each row.</summary>
    public static byte[] Places() => TinyModels.Model(TinyModels.Graph(
        [TinyModels.Node("NonZero", ["x"], ["places"]), TinyModels.Node("Transpose", ["places"], ["y"])],
        [],
        [TinyModels.Value("x", TinyModels.FloatElements, [-1, 2])],
        [TinyModels.Value("y", TinyModels.Int64Elements, [-1, 2])]));

    /// <summary>y = the places of what is not zero in x, FP32 [4] → INT64 [1, n]: the shape depends on the values.</summary>
    public static byte[] NonZero() => TinyModels.Model(TinyModels.Graph(
        [TinyModels.Node("NonZero", ["x"], ["y"])],
        [],
        [TinyModels.Value("x", TinyModels.FloatElements, [4])],
        [TinyModels.Value("y", TinyModels.Int64Elements, [1, -1])]));

    /// <summary>Outputs that no node makes: the input x itself and a constant; and y = 2·x.</summary>
    public static byte[] PassThrough() => TinyModels.Model(TinyModels.Graph(
        [TinyModels.Node("Add", ["x", "x"], ["y"])],
        [TinyModels.Tensor("c", [2], [3, 4])],
        [TinyModels.Value("x", TinyModels.FloatElements, [2])],
        [TinyModels.Value("x", TinyModels.FloatElements, [2]), TinyModels.Value("c", TinyModels.FloatElements, [2]), TinyModels.Value("y", TinyModels.FloatElements, [2])]));

    private static OnnxBytes Batch(string name) => new OnnxBytes().Text(1, name).Message(2, new OnnxBytes().Message(
        1,
        new OnnxBytes().Number(1, TinyModels.FloatElements).Message(
            2,
            new OnnxBytes().Message(1, new OnnxBytes().Text(2, "B")).Message(1, new OnnxBytes().Number(1, 1)))));

    private static byte[] WithMetadata(byte[] model, string? state) => state is null
        ? model
        : [.. model, .. new OnnxBytes().Message(14, new OnnxBytes().Text(1, StateKey).Text(2, state)).ToArray()];
}
