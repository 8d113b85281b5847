using Microsoft.Extensions.Options;

namespace MLOps.Silo.Training;

internal sealed class TrainingOptionsValidator : IValidateOptions<TrainingOptions>
{
    private const int Most = 64;

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

        if (options.RecoveryInterval < TimeSpan.FromSeconds(1) || options.RecoveryInterval > TimeSpan.FromDays(1))
        {
            faults.Add($"{TrainingOptions.SectionName}:{nameof(TrainingOptions.RecoveryInterval)} is {options.RecoveryInterval}: expected one second to one day.");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
