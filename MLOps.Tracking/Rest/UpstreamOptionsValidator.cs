using Microsoft.Extensions.Options;

namespace MLOps.Tracking.Rest;

/// <summary>Gathers every fault of <see cref="UpstreamOptions"/>, each naming its key.</summary>
internal sealed class UpstreamOptionsValidator : IValidateOptions<UpstreamOptions>
{
    private const int MostRetries = 20;
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    public ValidateOptionsResult Validate(string? name, UpstreamOptions options)
    {
        var faults = new List<string>();
        Check(faults, nameof(UpstreamOptions.AttemptTimeout), options.Attempt);
        Check(faults, nameof(UpstreamOptions.TotalTimeout), options.TotalTimeout);
        Check(faults, nameof(UpstreamOptions.TransferTimeout), options.TransferTimeout);
        Check(faults, nameof(UpstreamOptions.BaseDelay), options.BaseDelay);
        if (options.Retries is < 0 or > MostRetries)
        {
            faults.Add($"{UpstreamOptions.SectionName}:{nameof(UpstreamOptions.MaxRetries)} (or MLFLOW_HTTP_REQUEST_MAX_RETRIES) is {options.Retries}: expected 0 to {MostRetries}");
        }

        if (options.Password is not null && string.IsNullOrEmpty(options.Username))
        {
            faults.Add($"{UpstreamOptions.SectionName}:{nameof(UpstreamOptions.Password)} (or MLFLOW_TRACKING_PASSWORD) is set without a user: set MLFLOW_TRACKING_USERNAME too");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static void Check(List<string> faults, string key, TimeSpan time)
    {
        if (time <= TimeSpan.Zero || time > Longest)
        {
            faults.Add($"{UpstreamOptions.SectionName}:{key} is {time}: expected more than 0 and at most {Longest}");
        }
    }
}
