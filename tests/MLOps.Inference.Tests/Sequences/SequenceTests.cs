using MLOps.Inference.Engine;
using MLOps.Inference.Sequences;
using MLOps.Testing;
using MLOps.Testing.Onnx;

namespace MLOps.Inference.Tests.Sequences;

public sealed class SequenceTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly InferenceEngine _engine;

    public SequenceTests()
    {
        _engine = new InferenceEngine(new InferenceEngineOptions { SequenceTimeout = TimeSpan.FromMinutes(1), MaxSequences = 3 }, _time);
        _engine.Load("sum", StepModels.RunningSum(), new SessionSettings { Version = 1 });
    }

    public void Dispose() => _engine.Dispose();

    [Fact]
    public void Infer_StepsOfTwoSequences_KeepTheirStatesApart()
    {
        Assert.Equal(new StateLink("sum_next", "sum"), Assert.Single(_engine.Find("sum")!.State));
        Assert.Equal([1f], Step("a", 1, start: true));
        Assert.Equal([10f], Step("b", 10, start: true));
        Assert.Equal([3f], Step("a", 2));
        Assert.Equal([30f], Step("b", 20));
        Assert.Equal([6f], Step("a", 3, end: true));
        Assert.Contains("'a' is not known here", Refused(() => Step("a", 1)).Message, StringComparison.Ordinal);
        Assert.Equal([60f], Step("b", 30));
    }

    [Fact]
    public void Infer_Start_BeginsAnewAndTakesTheCallersState()
    {
        Step("a", 5, start: true);
        Assert.Equal([1f], Step("a", 1, start: true));
        using var given = _engine.Infer("sum", [A.Tensor("x", [1, 1], 1), A.Tensor("sum", [1, 1], 100)], null, new SequenceStep("a", Start: true));
        Assert.Equal([101f], A.Floats(given.Outputs[0]));
        Assert.Equal([103f], Step("a", 2));
        var exception = Refused(() => _engine.Infer("sum", [A.Tensor("x", [1, 1], 1), A.Tensor("sum", [1, 1], 100)], null, new SequenceStep("a")));
        Assert.Contains("first step only", exception.Message, StringComparison.Ordinal);
        Assert.Equal([106f], Step("a", 3));
    }

    [Fact]
    public void Infer_StatesPastTheirBytes_LetNoOtherSequenceBegin()
    {
        using var engine = new InferenceEngine(new InferenceEngineOptions { MaxSequenceBytes = 12 }, _time);
        engine.Load("sum", StepModels.RunningSum(), new SessionSettings());
        void Run(string id, int rows, bool start = false, bool end = false) =>
            engine.Infer("sum", [A.Tensor("x", [rows, 1], new float[rows])], null, new SequenceStep(id, start, end)).Dispose();
        Run("a", 2, start: true);
        Run("b", 1, start: true);

        var exception = Assert.Throws<InferenceException>(() => Run("c", 1, start: true));
        Assert.Equal(InferenceError.Exhausted, exception.Error);
        Assert.Contains("12 bytes", exception.Message, StringComparison.Ordinal);

        // Those that are open go on, and what one leaves is free.
        Run("a", 2);
        Run("a", 2, end: true);
        Run("c", 1, start: true);
    }

    [Fact]
    public void Infer_OpenDimension_IsThatOfTheFirstStepsInputs()
    {
        Assert.Equal([1f, 2f], Step("a", [1, 2], start: true));
        Assert.Equal([4f, 6f], Step("a", [3, 4]));

        // A step of another size does not fit the state, and leaves it as it was.
        Refused(() => Step("a", [1, 2, 3]));
        Assert.Equal([5f, 7f], Step("a", [1, 1]));
    }

    [Fact]
    public void Infer_SomeOutputs_KeepsTheStateAllTheSame()
    {
        for (var i = 1; i < 4; i++)
        {
            using var result = _engine.Infer("sum", [A.Tensor("x", [1, 1], 1)], ["doubled"], new SequenceStep("a", Start: i == 1));
            Assert.Equal([2f * i], A.Floats(Assert.Single(result.Outputs)));
        }
    }

    [Fact]
    public void Infer_FirstStepThatFails_DoesNotBegin()
    {
        Refused(() => _engine.Infer("sum", [A.Tensor("z", [1, 1], 1)], null, new SequenceStep("a", Start: true)));
        Assert.Contains("not known", Refused(() => Step("a", 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Infer_FirstStepThatFails_LeavesTheSequenceOfThatNameAsItWas()
    {
        Step("a", 1, start: true);
        Refused(() => _engine.Infer("sum", [A.Tensor("z", [1, 1], 1)], null, new SequenceStep("a", Start: true)));
        Assert.Equal([3f], Step("a", 2));
        Refused(() => _engine.Infer("sum", [A.Tensor("z", [1, 1], 1)], null, new SequenceStep("a", Start: true, End: true)));
        Assert.Equal([6f], Step("a", 3, end: true));
        Assert.Contains("not known", Refused(() => Step("a", 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Infer_StartsOverAndOver_HoldOneModelAndOneState()
    {
        var model = StepModels.RunningSum();
        using var engine = new InferenceEngine(
            new InferenceEngineOptions { MemoryBudget = MemoryEstimate.Of(model.Length), SequenceTimeout = TimeSpan.FromMinutes(1), MaxSequences = 1, MaxSequenceBytes = 8 }, _time);
        engine.Load("sum", model, new SessionSettings());
        void Run(string input, SequenceStep step) => engine.Infer("sum", [A.Tensor(input, [1, 1], 1)], null, step).Dispose();
        for (var i = 0; i < 5; i++)
        {
            Run("x", new SequenceStep("a", Start: true));
            Refused(() => Run("z", new SequenceStep("a", Start: true)));
        }

        // It is counted once, and with its end the model is nobody's.
        Assert.Equal(InferenceError.Exhausted, Assert.Throws<InferenceException>(() => Run("x", new SequenceStep("b", Start: true))).Error);
        Run("x", new SequenceStep("a", End: true));
        Run("x", new SequenceStep("b", Start: true, End: true));
        engine.Load("other", TinyModels.AddConstant(1, 1), new SessionSettings());
        Assert.Equal(["other"], engine.Keys);
    }

    [Fact]
    public void Infer_LongAfterTheLastStep_HasTimedOut()
    {
        Step("a", 1, start: true);
        _time.Advance(TimeSpan.FromSeconds(40));
        Assert.Equal([2f], Step("a", 1));
        _time.Advance(TimeSpan.FromSeconds(50));
        Assert.Equal([3f], Step("a", 1));
        _time.Advance(TimeSpan.FromSeconds(61));
        Assert.Contains("timed out", Refused(() => Step("a", 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Start_OverTheBound_IsRefusedUntilSomeTimeOut()
    {
        foreach (var id in new[] { "a", "b", "c" })
        {
            Step(id, 1, start: true);
        }

        Assert.Equal(InferenceError.Exhausted, Assert.Throws<InferenceException>(() => Step("d", 1, start: true)).Error);
        Assert.Equal([1f], Step("a", 1, start: true));
        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal([1f], Step("d", 1, start: true));
    }

    [Fact]
    public void Load_ANewVersion_LeavesOpenSequencesWithTheirs()
    {
        Step("old", 1, start: true);
        _engine.Load("sum", StepModels.RunningSum("sum_next -> sum = 50"), new SessionSettings { Version = 2 });
        using (var result = _engine.Infer("sum", [A.Tensor("x", [1, 1], 1)], null, new SequenceStep("old")))
        {
            Assert.Equal((2f, 1), (A.Floats(result.Outputs[0])[0], result.Version));
        }

        Assert.Equal([51f], Step("new", 1, start: true));
    }

    [Fact]
    public void Load_WhileASequenceIsOpen_DoesNotEvictItsModel()
    {
        var model = StepModels.RunningSum();
        using var engine = new InferenceEngine(new InferenceEngineOptions { MemoryBudget = MemoryEstimate.Of(model.Length), SequenceTimeout = TimeSpan.FromMinutes(1) }, _time);
        engine.Load("sum", model, new SessionSettings());
        engine.Infer("sum", [A.Tensor("x", [1, 1], 1)], null, new SequenceStep("a", Start: true)).Dispose();
        Assert.Throws<InferenceException>(() => engine.Load("other", TinyModels.AddConstant(1, 1), new SessionSettings()));

        // The sweep lets it go.
        _time.Advance(TimeSpan.FromMinutes(2));
        engine.Load("other", TinyModels.AddConstant(1, 1), new SessionSettings());
        Assert.Equal(["other"], engine.Keys);
    }

    [Fact]
    public async Task Infer_TwoStepsAtATime_OneIsRefusedOrBothCount()
    {
        Step("a", 0, start: true);
        var counted = 0;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 200; i++)
            {
                try
                {
                    Step("a", 1);
                    Interlocked.Increment(ref counted);
                }
                catch (InferenceException exception) when (exception.Error == InferenceError.Conflict)
                {
                    Assert.Contains("under way", exception.Message, StringComparison.Ordinal);
                }
            }
        }, TestContext.Current.CancellationToken)));
        Assert.Equal([(float)counted], Step("a", 0));
    }

    [Fact]
    public void Unload_EndsTheSequences()
    {
        Step("a", 1, start: true);
        _engine.Unload("sum");
        _engine.Load("sum", StepModels.RunningSum(), new SessionSettings());
        Assert.Contains("not known", Refused(() => Step("a", 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Infer_ModelWithoutStateOrBadId_IsRefused()
    {
        _engine.Load("plain", TinyModels.AddConstant(1, 1), new SessionSettings());
        Assert.Contains("keeps no state", Refused(() => _engine.Infer("plain", [A.Tensor("x", [1, 1], 1)], null, new SequenceStep("a", Start: true))).Message, StringComparison.Ordinal);
        Assert.Contains("1 to 128 characters", Refused(() => Step(new string('a', 129), 1, start: true)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sum_next -> nothing", "no input 'nothing'")]
    [InlineData("nothing -> sum", "no output 'nothing'")]
    [InlineData("sum_next", "not understood")]
    [InlineData("sum_next -> sum = much", "not understood")]
    [InlineData("sum_next -> sum; doubled -> sum", "fed twice")]
    [InlineData("sum_next -> sum = [1, 2]", "2 initial values are given; a row of it has 1")]
    [InlineData("sum_next -> sum = [1, much]", "not understood")]
    public void Load_BadDeclaration_SaysWhatIsWrong(string state, string message)
    {
        var exception = Assert.Throws<InferenceException>(() => _engine.Load("bad", StepModels.RunningSum(state), new SessionSettings()));
        Assert.Equal(InferenceError.InvalidModel, exception.Error);
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Infer_InitialRow_BeginsEveryRowOfTheBatch()
    {
        _engine.Load("sum", StepModels.RunningSum("sum_next -> sum = [ 7 ]"), new SessionSettings());
        Assert.Equal([8f, 9f], Step("a", [1, 2], start: true));
    }

    [Fact]
    public void Load_CallersLinks_ComeBeforeTheModels()
    {
        _engine.Load("sum", StepModels.RunningSum("sum_next -> sum"), new SessionSettings { State = [new StateLink("doubled", "sum", 1)] });
        Assert.Equal([2f], Step("a", 1, start: true));
        Assert.Equal([5f], Step("a", 1));
    }

    private static InferenceException Refused(Action step)
    {
        var exception = Assert.Throws<InferenceException>(step);
        Assert.Equal(InferenceError.InvalidRequest, exception.Error);
        return exception;
    }

    private float[] Step(string id, float value, bool start = false, bool end = false) => Step(id, [value], start, end);

    private float[] Step(string id, float[] values, bool start = false, bool end = false)
    {
        using var result = _engine.Infer("sum", [A.Tensor("x", [values.Length, 1], values)], null, new SequenceStep(id, start, end));
        return A.Floats(result.Outputs[0]);
    }
}
