using Microsoft.Extensions.Options;

namespace MLOps.Gateway.Hosting;

/// <summary>Gathers every fault of <see cref="GatewayOptions"/>, each naming its key.</summary>
internal sealed class GatewayOptionsValidator : IValidateOptions<GatewayOptions>
{
    public ValidateOptionsResult Validate(string? name, GatewayOptions options)
    {
        var faults = new List<string>();
        if (options.StaticPrefix is { Length: > 0 } prefix && StaticPrefix.Fault(prefix) is { } fault)
        {
            faults.Add($"{StaticPrefix.Key}: {fault}");
        }

        if (options.PassThroughUrl is { } url && !(Uri.TryCreate(url, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)))
        {
            faults.Add($"{GatewayOptions.SectionName}:{nameof(options.PassThroughUrl)} is '{url}': expected http(s)://host:port of an MLflow server");
        }

        faults.AddRange(options.Origins.Where(origin => !IsOrigin(origin)).Select(origin =>
            $"{GatewayOptions.SectionName}:{nameof(options.AllowedOrigins)} has '{origin}': expected http(s)://host:port without a path, or *"));

        if (options.ConnectionThreads is < 0 or > GatewayOptions.MaxConnectionThreads)
        {
            faults.Add($"{GatewayOptions.SectionName}:{nameof(options.ConnectionThreads)} is {options.ConnectionThreads}: expected 0 to {GatewayOptions.MaxConnectionThreads}");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static bool IsOrigin(string text) =>
        text == "*" || (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme.StartsWith("http", StringComparison.Ordinal) && text.TrimEnd('/') == uri.GetLeftPart(UriPartial.Authority));
}
