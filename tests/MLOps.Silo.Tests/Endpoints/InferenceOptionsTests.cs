using MLOps.Inference.Engine;
using MLOps.Silo.Endpoints;

namespace MLOps.Silo.Tests.Endpoints;

public sealed class InferenceOptionsTests
{
    [Fact]
    public void Validate_EveryFault_IsNamedWithItsKey()
    {
        var options = new InferenceOptions
        {
            MemoryBudgetMiB = -1,
            SharedThreads = -1,
            ExecutionProvider = (ExecutionProvider)9,
            DeviceId = -1,
            SequenceTimeout = TimeSpan.Zero,
            MaxSequences = 0,
        };
        options.Batching["m"] = new BatchingOptions { MaxRows = 1, Concurrent = 0 };
        var failures = new InferenceOptionsValidator().Validate(null, options).Failures!.ToArray();
        Assert.Equal(
            ["MemoryBudgetMiB", "SharedThreads", "ExecutionProvider", "DeviceId", "SequenceTimeout", "MaxSequences", "Batching:m:MaxRows", "Batching:m:Concurrent"],
            failures.Select(failure => failure.Split(' ')[0]["MLOps:Inference:".Length..]));
        Assert.True(new InferenceOptionsValidator().Validate(null, new InferenceOptions()).Succeeded);
    }

    [Fact]
    public void Settings_OfAModel_AreItsOwn()
    {
        var options = new InferenceOptions { MemoryBudgetMiB = 2 };
        options.Batching["m"] = new BatchingOptions { MaxRows = 8 };
        Assert.Equal(8, options.Settings("m").MaxBatch);
        Assert.Equal(1, options.Settings("other").MaxBatch);
        Assert.Equal(2L << 20, options.ToEngineOptions().MemoryBudget);
        Assert.Null(new InferenceOptions().ToEngineOptions().MemoryBudget);
    }
}
