using Microsoft.Extensions.Options;

namespace MLOps.Dashboard.Hosting;

internal sealed class DashboardOptionsValidator : IValidateOptions<DashboardOptions>
{
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromMilliseconds(200);

    public ValidateOptionsResult Validate(string? name, DashboardOptions options)
    {
        var faults = new List<string>();
        if (options.GatewayUrl is { } url
            && !(Uri.TryCreate(url, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)))
        {
            faults.Add($"{DashboardOptions.SectionName}:{nameof(options.GatewayUrl)} is '{url}': expected an http or https address, for example http://localhost:5000");
        }

        if (options.RefreshInterval < ShortestInterval)
        {
            faults.Add($"{DashboardOptions.SectionName}:{nameof(options.RefreshInterval)} is {options.RefreshInterval}: expected {ShortestInterval} or more");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
