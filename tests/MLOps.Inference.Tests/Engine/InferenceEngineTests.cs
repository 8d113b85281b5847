using System.Text;
using MLOps.Inference.Engine;
using MLOps.Inference.Tensors;
using MLOps.Testing.Onnx;

namespace MLOps.Inference.Tests.Engine;

public sealed class InferenceEngineTests : IDisposable
{
    private readonly InferenceEngine _engine = new();

    public void Dispose() => _engine.Dispose();

    [Fact]
    public void Infer_Mlp_ComputesTheNetwork()
    {
        var metadata = _engine.Load("m", TinyModels.Mlp(), new SessionSettings { Version = 7 });
        using var result = _engine.Infer("m", [A.Tensor("x", [2, 3], 1, 2, 3, -9, 0, 0)]);

        // relu(6 + 0.5) twice + 0.5; relu(-8.5) twice + 0.5.
        Assert.Equal([13.5f, 0.5f], A.Floats(result.Outputs[0]));
        Assert.Equal([2L, 1], result.Outputs[0].Shape);
        Assert.Equal(7, result.Version);
        Assert.Null(metadata.WarmUpFailure);
        Assert.Equal([-1L, 3], metadata.Inputs[0].Shape);
    }

    /// <summary>Looks up the element 0 of a table that has none: the first run of all, which zeros are, says so.</summary>
    [Fact]
    public void Load_ModelThatFailsOnZeros_WasRunByTheLoad()
    {
        Assert.Contains("indices", _engine.Load("open", EmptyLookup(-1), new SessionSettings()).WarmUpFailure, StringComparison.Ordinal);
        Assert.Null(_engine.Load("cold", EmptyLookup(-1), new SessionSettings { WarmUp = false }).WarmUpFailure);

        // Where no dimension is open no other request could do better.
        var exception = Assert.Throws<InferenceException>(() => _engine.Load("fixed", EmptyLookup(1), new SessionSettings()));
        Assert.Equal(InferenceError.InvalidModel, exception.Error);
        _engine.Load("fixed-cold", EmptyLookup(1), new SessionSettings { WarmUp = false });
        Assert.Equal(["cold", "fixed-cold", "open"], _engine.Keys.Order());

        static byte[] EmptyLookup(long length) => TinyModels.Model(TinyModels.Graph(
            [TinyModels.Node("Gather", ["table", "x"], ["y"])],
            [TinyModels.Tensor("table", [0], [])],
            [TinyModels.Value("x", TinyModels.Int64Elements, [length])],
            [TinyModels.Value("y", TinyModels.FloatElements, [length])]));
    }

    [Fact]
    public void Infer_SomeOutputs_ReturnsTheseInOrder()
    {
        _engine.Load("m", TinyModels.SumAndDifference(), new SessionSettings());
        using var result = _engine.Infer("m", [A.Tensor("b", [1], 2), A.Tensor("a", [1], 5)], ["difference", "sum"]);
        Assert.Equal(["difference", "sum"], result.Outputs.Select(output => output.Name));
        Assert.Equal([3f, 7f], result.Outputs.Select(output => A.Floats(output)[0]));
    }

    [Fact]
    public void Infer_Strings_RoundTrip()
    {
        _engine.Load("m", TinyModels.Identity(TinyModels.StringElements, -1), new SessionSettings());
        byte[] data = [3, 0, 0, 0, .. "abc"u8, 0, 0, 0, 0, 2, 0, 0, 0, .. Encoding.UTF8.GetBytes("é")];
        using var result = _engine.Infer("m", [new Tensor("x", TensorDatatype.Bytes, [3], data)]);
        Assert.Equal(data, result.Outputs[0].Data.ToArray());
    }

    [Fact]
    public void Infer_MisalignedMemory_IsCopied()
    {
        _engine.Load("m", TinyModels.Identity(TinyModels.DoubleElements, -1), new SessionSettings());
        var bytes = new byte[1 + 16];
        BitConverter.TryWriteBytes(bytes.AsSpan(1), 1.5);
        BitConverter.TryWriteBytes(bytes.AsSpan(9), -2.5);
        using var result = _engine.Infer("m", [new Tensor("x", TensorDatatype.Fp64, [2], bytes.AsMemory(1))]);
        Assert.Equal(bytes[1..], result.Outputs[0].Data.ToArray());
    }

    [Fact]
    public void Infer_NoRows_ReturnsNoRows()
    {
        _engine.Load("m", TinyModels.Mlp(), new SessionSettings());
        using var result = _engine.Infer("m", [A.Tensor("x", [0, 3])]);
        Assert.Equal([0L, 1], result.Outputs[0].Shape);
    }

    public static TheoryData<string, long[], string> Unfit => new()
    {
        { "x", [1, 4], "shape [1,4]" },
        { "x", [4], "shape [4]" },
        { "z", [1, 3], "Unknown input 'z'" },
    };

    [Theory]
    [MemberData(nameof(Unfit))]
    public void Infer_UnfitInput_SaysWhichAndWhatIsExpected(string name, long[] shape, string message)
    {
        _engine.Load("m", TinyModels.Mlp(), new SessionSettings());
        var tensor = A.Tensor(name, shape, new float[shape.Aggregate(1L, (a, b) => a * b)]);
        var exception = Assert.Throws<InferenceException>(() => _engine.Infer("m", [tensor]));
        Assert.Equal(InferenceError.InvalidRequest, exception.Error);
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Infer_MissingTwiceAndUnknownOutput_AreRefused()
    {
        _engine.Load("m", TinyModels.SumAndDifference(), new SessionSettings());
        var a = A.Tensor("a", [1], 1);
        Assert.Contains("Missing input 'b'", Assert.Throws<InferenceException>(() => _engine.Infer("m", [a])).Message, StringComparison.Ordinal);
        Assert.Contains("given twice", Assert.Throws<InferenceException>(() => _engine.Infer("m", [a, a])).Message, StringComparison.Ordinal);
        var b = A.Tensor("b", [1], 1);
        Assert.Contains("Unknown output", Assert.Throws<InferenceException>(() => _engine.Infer("m", [a, b], ["no"])).Message, StringComparison.Ordinal);
        Assert.Contains("asked for twice", Assert.Throws<InferenceException>(() => _engine.Infer("m", [a, b], ["sum", "sum"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Infer_ShapesTheGraphCannotJoin_IsARequestError()
    {
        _engine.Load("m", TinyModels.SumAndDifference(), new SessionSettings());
        var exception = Assert.Throws<InferenceException>(() => _engine.Infer("m", [A.Tensor("a", [2], 1, 2), A.Tensor("b", [3], 1, 2, 3)]));
        Assert.Equal(InferenceError.InvalidRequest, exception.Error);
        Assert.DoesNotContain(".cc", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_Garbage_SaysSoAndKeepsWhatWasThere()
    {
        _engine.Load("m", TinyModels.AddConstant(1, 1), new SessionSettings());
        var exception = Assert.Throws<InferenceException>(() => _engine.Load("m", "not a model"u8.ToArray(), new SessionSettings()));
        Assert.Equal(InferenceError.InvalidModel, exception.Error);
        using var result = _engine.Infer("m", [A.Tensor("x", [1, 1], 1)]);
        Assert.Equal([2f], A.Floats(result.Outputs[0]));
    }

    [Fact]
    public void Infer_Unloaded_IsNotLoaded()
    {
        _engine.Load("m", TinyModels.Mlp(), new SessionSettings());
        Assert.True(_engine.Unload("m"));
        Assert.False(_engine.Unload("m"));
        Assert.Equal(InferenceError.NotLoaded, Assert.Throws<InferenceException>(() => _engine.Infer("m", [A.Tensor("x", [1, 3], 1, 2, 3)])).Error);
    }

    [Fact]
    public async Task Load_UnderFire_FailsNoRequest()
    {
        byte[][] models = [TinyModels.AddConstant(1, 1), TinyModels.AddConstant(2, 1)];
        _engine.Load("m", models[0], new SessionSettings { Version = 1 });
        using var stop = new CancellationTokenSource();
        var callers = Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
        {
            var answers = 0;
            while (!stop.IsCancellationRequested)
            {
                using var result = _engine.Infer("m", [A.Tensor("x", [1, 1], 10)]);
                Assert.Equal(10f + result.Version, A.Floats(result.Outputs[0])[0]);
                answers++;
            }

            return answers;
        })).ToArray();

        for (var swap = 1; swap <= 60; swap++)
        {
            _engine.Load("m", models[swap % 2], new SessionSettings { Version = (swap % 2) + 1 });
        }

        await stop.CancelAsync();
        Assert.True((await Task.WhenAll(callers)).Sum() > 0);
    }
}
