using MLOps.Inference.Engine;
using MLOps.Testing.Onnx;

namespace MLOps.Inference.Tests.Engine;

public sealed class PreparedCallTests : IDisposable
{
    private readonly InferenceEngine _engine = new();

    public void Dispose() => _engine.Dispose();

    [Fact]
    public void Run_CallersMemory_IsReadAndWrittenInPlace()
    {
        _engine.Load("m", TinyModels.Mlp(), new SessionSettings { Version = 4 });
        float[] features = [1, 2, 3];
        var answer = new float[1];
        using var call = _engine.Prepare("m", [PreparedTensor.Over<float>("x", features, 1, 3)], [PreparedTensor.Over<float>("y", answer, 1, 1)]);
        call.Run();
        Assert.Equal(13.5f, answer[0]);
        features[0] = -9;
        call.Run();
        Assert.Equal(0.5f, answer[0]);
        Assert.Equal(4, call.Version);
    }

    [Fact]
    public void Run_OwnMemory_TakesTheShapesFromTheModelAndItsFirstRun()
    {
        _engine.Load("m", TinyModels.SumAndDifference(), new SessionSettings());
        using var call = _engine.Prepare("m", [PreparedTensor.Of("a", 2), PreparedTensor.Of("b", 2)]);
        call.Input<float>("a")[1] = 5;
        call.Input<float>("b")[1] = 3;
        call.Run();
        Assert.Equal(8f, call.Output<float>("sum")[1]);
        Assert.Equal(2f, call.Output<float>("difference")[1]);
        Assert.Equal([2L], call.OutputShape("sum"));
        Assert.Throws<ArgumentException>(() => call.Output<double>("sum").Length);
        Assert.Throws<ArgumentException>(() => call.Input<float>("sum").Length);
    }

    [Fact]
    public void Run_AgainAndAgain_AllocatesNothing()
    {
        _engine.Load("m", TinyModels.Mlp(), new SessionSettings());
        using var call = _engine.Prepare("m", [PreparedTensor.Of("x", 1, 3)]);
        Loop(call, 1000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var sum = Loop(call, 1000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(sum > 0);

        static float Loop(PreparedCall call, int times)
        {
            var sum = 0f;
            for (var i = 0; i < times; i++)
            {
                call.Input<float>("x")[0] = i;
                call.Run();
                sum += call.Output<float>("y")[0];
            }

            return sum;
        }
    }

    [Fact]
    public async Task Run_WhileTheModelIsSwapped_FollowsWithoutAFailure()
    {
        _engine.Load("m", TinyModels.AddConstant(1, 1), new SessionSettings { Version = 1 });
        using var call = _engine.Prepare("m", [PreparedTensor.Of("x", 1, 1)]);
        call.Input<float>("x")[0] = 10;
        using var done = new CancellationTokenSource();
        var swaps = Task.Run(() =>
        {
            for (var i = 1; i <= 30; i++)
            {
                _engine.Load("m", TinyModels.AddConstant((i % 2) + 1, 1), new SessionSettings { Version = (i % 2) + 1 });
            }

            done.Cancel();
        }, TestContext.Current.CancellationToken);
        while (!done.IsCancellationRequested)
        {
            call.Run();
            Assert.Equal(10f + call.Version, call.Output<float>("y")[0]);
        }

        await swaps;
    }

    [Fact]
    public void Run_AfterUnloadOrAnotherSignature_SaysSo()
    {
        _engine.Load("m", TinyModels.AddConstant(1, 1), new SessionSettings());
        using var call = _engine.Prepare("m", [PreparedTensor.Of("x", 1, 1)]);
        _engine.Load("m", TinyModels.AddConstant(1, 2), new SessionSettings());
        Assert.Equal(InferenceError.InvalidModel, Assert.Throws<InferenceException>(call.Run).Error);
        _engine.Unload("m");
        Assert.Equal(InferenceError.NotLoaded, Assert.Throws<InferenceException>(call.Run).Error);
    }

    [Fact]
    public void Prepare_WhatDoesNotFit_NamesTheTensor()
    {
        _engine.Load("m", TinyModels.Mlp(), new SessionSettings());
        Assert.Contains("is open", Refused(null), StringComparison.Ordinal);
        Assert.Contains("no 'z'", Refused([PreparedTensor.Of("z", 1)]), StringComparison.Ordinal);
        Assert.Contains("[1,4]", Refused([PreparedTensor.Of("x", 1, 4)]), StringComparison.Ordinal);
        Assert.Contains("holds FP64", Refused([PreparedTensor.Over<double>("x", new double[3], 1, 3)]), StringComparison.Ordinal);
        Assert.Contains("8 bytes", Refused([PreparedTensor.Over<float>("x", new float[2], 1, 3)]), StringComparison.Ordinal);
        _engine.Load("m", TinyModels.Identity(TinyModels.StringElements, 1), new SessionSettings());
        Assert.Contains("BYTES", Refused(null), StringComparison.Ordinal);

        string Refused(PreparedTensor[]? inputs) => Assert.Throws<InferenceException>(() => _engine.Prepare("m", inputs)).Message;
    }
}
