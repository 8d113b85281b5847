using Microsoft.Extensions.Options;

namespace MLOps.Silo.Endpoints;

internal sealed class InferenceOptionsValidator : IValidateOptions<InferenceOptions>
{
    private const int MostThreads = 1024;
    private const int MostRows = 65_536;

    public ValidateOptionsResult Validate(string? name, InferenceOptions options)
    {
        var faults = new List<string>();
        void Check(bool good, string key, object value, string expected)
        {
            if (!good)
            {
                faults.Add($"{InferenceOptions.SectionName}:{key} is {value}: expected {expected}.");
            }
        }

        Check(options.MemoryBudgetMiB >= 0, nameof(options.MemoryBudgetMiB), options.MemoryBudgetMiB, "0 (no limit) or more");
        Check(options.SharedThreads is >= 0 and <= MostThreads, nameof(options.SharedThreads), options.SharedThreads, $"0 (the machine's cores) to {MostThreads}");
        Check(Enum.IsDefined(options.ExecutionProvider), nameof(options.ExecutionProvider), options.ExecutionProvider, "Cpu, Cuda or TensorRt");
        Check(options.DeviceId >= 0, nameof(options.DeviceId), options.DeviceId, "0 or more");
        Check(options.SequenceTimeout > TimeSpan.Zero && options.SequenceTimeout <= TimeSpan.FromDays(30), nameof(options.SequenceTimeout), options.SequenceTimeout, "more than 0 and at most 30 days");
        Check(options.MaxSequences >= 1, nameof(options.MaxSequences), options.MaxSequences, "1 or more");
        Check(options.LinkPort is >= 0 and <= System.Net.IPEndPoint.MaxPort, nameof(options.LinkPort), options.LinkPort, "0 (a free one) to 65535");
        foreach (var (model, batching) in options.Batching)
        {
            Check(batching.MaxRows is >= 2 and <= MostRows, $"{nameof(options.Batching)}:{model}:{nameof(batching.MaxRows)}", batching.MaxRows, $"2 to {MostRows}");
            Check(batching.Concurrent is >= 1 and <= MostThreads, $"{nameof(options.Batching)}:{model}:{nameof(batching.Concurrent)}", batching.Concurrent, $"1 to {MostThreads}");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
