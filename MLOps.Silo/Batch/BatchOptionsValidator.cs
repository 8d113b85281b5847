using Microsoft.Extensions.Options;

namespace MLOps.Silo.Batch;

internal sealed class BatchOptionsValidator : IValidateOptions<BatchOptions>
{
    private const int MostJobs = 64;

    public ValidateOptionsResult Validate(string? name, BatchOptions options)
    {
        var faults = new List<string>();
        if (options.ConcurrentJobs is < 1 or > MostJobs)
        {
            faults.Add($"{BatchOptions.SectionName}:{nameof(BatchOptions.ConcurrentJobs)} is {options.ConcurrentJobs}: expected 1 to {MostJobs}.");
        }

        if (options.ChunkRows is < 1 or > BatchSpecCheck.MaximumChunkRows)
        {
            faults.Add($"{BatchOptions.SectionName}:{nameof(BatchOptions.ChunkRows)} is {options.ChunkRows}: expected 1 to {BatchSpecCheck.MaximumChunkRows}.");
        }

        if (options.RecoveryInterval < TimeSpan.FromSeconds(1) || options.RecoveryInterval > TimeSpan.FromDays(1))
        {
            faults.Add($"{BatchOptions.SectionName}:{nameof(BatchOptions.RecoveryInterval)} is {options.RecoveryInterval}: expected one second to one day.");
        }

        if (options.ScratchDirectory is { } folder && !Directory.Exists(folder))
        {
            faults.Add($"{BatchOptions.SectionName}:{nameof(BatchOptions.ScratchDirectory)} is '{folder}': expected a folder that exists.");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
