using Microsoft.Extensions.Options;
using MLOps.Contracts.Training;

namespace MLOps.Silo.Training;

internal sealed class TrainingOptionsValidator : IValidateOptions<TrainingOptions>
{
    private const int Most = 64;
    private const int MostThreads = 1024;
    private const long LeastMemory = 64L << 20;

    public ValidateOptionsResult Validate(string? name, TrainingOptions options)
    {
        var faults = new List<string>();
        if (options.ConcurrentJobs is < 1 or > Most)
        {
            faults.Add($"{TrainingOptions.SectionName}:{nameof(TrainingOptions.ConcurrentJobs)} is {options.ConcurrentJobs}: expected 1 to {Most}.");
        }

        if (options.CheckpointInterval < TimeSpan.Zero || options.CheckpointInterval > TimeSpan.FromDays(1))
        {
            faults.Add($"{TrainingOptions.SectionName}:{nameof(TrainingOptions.CheckpointInterval)} is {options.CheckpointInterval}: expected zero to one day.");
        }

        if (options.CheckpointEvery is < 1 or > TrainingJobSpec.MaximumCheckpointEvery)
        {
            faults.Add($"{TrainingOptions.SectionName}:{nameof(TrainingOptions.CheckpointEvery)} is {options.CheckpointEvery}: expected 1 to {TrainingJobSpec.MaximumCheckpointEvery} steps.");
        }

        if (options.RecoveryInterval < TimeSpan.FromSeconds(1) || options.RecoveryInterval > TimeSpan.FromDays(1))
        {
            faults.Add($"{TrainingOptions.SectionName}:{nameof(TrainingOptions.RecoveryInterval)} is {options.RecoveryInterval}: expected one second to one day.");
        }

        if (options.ThreadsPerJob is < 1 or > MostThreads)
        {
            faults.Add($"{TrainingOptions.SectionName}:{nameof(TrainingOptions.ThreadsPerJob)} is {options.ThreadsPerJob}: expected 1 to {MostThreads}.");
        }

        if (options.MemoryPerJob < LeastMemory)
        {
            faults.Add($"{TrainingOptions.SectionName}:{nameof(TrainingOptions.MemoryPerJob)} is {options.MemoryPerJob}: expected at least {LeastMemory} bytes.");
        }

        if (options.SearchInterval < TimeSpan.FromMilliseconds(10) || options.SearchInterval > TimeSpan.FromHours(1))
        {
            faults.Add($"{TrainingOptions.SectionName}:{nameof(TrainingOptions.SearchInterval)} is {options.SearchInterval}: expected 10 ms to one hour.");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
