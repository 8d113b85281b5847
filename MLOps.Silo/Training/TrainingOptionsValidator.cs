using Microsoft.Extensions.Options;

namespace MLOps.Silo.Training;

internal sealed class TrainingOptionsValidator : IValidateOptions<TrainingOptions>
{
    private const int Most = 64;

    public ValidateOptionsResult Validate(string? name, TrainingOptions options) =>
        options.ConcurrentJobs is >= 1 and <= Most
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"{TrainingOptions.SectionName}:{nameof(TrainingOptions.ConcurrentJobs)} is {options.ConcurrentJobs}: expected 1 to {Most}.");
}
