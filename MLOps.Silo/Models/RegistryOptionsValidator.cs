using Microsoft.Extensions.Options;

namespace MLOps.Silo.Models;

internal sealed class RegistryOptionsValidator : IValidateOptions<RegistryOptions>
{
    private static readonly TimeSpan Most = TimeSpan.FromDays(1);

    public ValidateOptionsResult Validate(string? name, RegistryOptions options) =>
        options.FollowInterval >= TimeSpan.Zero && options.FollowInterval <= Most
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"{RegistryOptions.SectionName}:{nameof(options.FollowInterval)} is {options.FollowInterval}: expected 0 (never) to {Most}.");
}
