using Microsoft.Extensions.Options;

namespace MLOps.Gateway.Access;

/// <summary>Gathers every fault of <see cref="AccessOptions"/>, each naming its key and none a secret.</summary>
internal sealed class AccessOptionsValidator : IValidateOptions<AccessOptions>
{
    public ValidateOptionsResult Validate(string? name, AccessOptions options)
    {
        var faults = new List<string>();
        if (options.Username is null != options.Password is null)
        {
            var missing = options.Username is null ? nameof(options.Username) : nameof(options.Password);
            faults.Add($"{AccessOptions.SectionName}:{missing} is missing: a user and a password come together");
        }

        if (options.Username?.Contains(':', StringComparison.Ordinal) == true)
        {
            faults.Add($"{AccessOptions.SectionName}:{nameof(options.Username)} has a colon, which ends a user's name in basic authentication");
        }

        if (options.Token?.Any(char.IsWhiteSpace) == true)
        {
            faults.Add($"{AccessOptions.SectionName}:{nameof(options.Token)} has white space, which no bearer token has");
        }

        if (options.Anonymous && (options.Token ?? options.Username) is not null)
        {
            faults.Add($"{AccessOptions.SectionName}:{nameof(options.Anonymous)} is true beside credentials, which nobody would be asked for: leave one of the two");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
