using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using MLOps.Contracts.Problems;

namespace MLOps.Tracking.Webhooks;

/// <summary>What MLflow checks of a webhook before it stores it.</summary>
internal sealed partial class WebhookRules(IOptions<WebhookOptions> options, WebhookAddressGuard guard)
{
    private const int MaxName = 63;
    private const int MaxUrl = 500;
    private const int MaxDescription = 1000;

    /// <returns>The allowed URL schemes, in small letters.</returns>
    public static IReadOnlyList<string> Schemes(WebhookOptions options) =>
        [.. (options.AllowedSchemes ?? "https").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(scheme => scheme.ToLowerInvariant())];

    public static void Name(string name)
    {
        if (name.Length > MaxName || !NamePattern().IsMatch(name))
        {
            throw Invalid($"Webhook name '{Shortened(name)}' is invalid. It must start and end with a letter or digit, be 1 to 63 characters long, and contain only letters, digits, dots (.), underscores (_), and hyphens (-).");
        }
    }

    public static void Description(string? description)
    {
        if (description?.Length > MaxDescription)
        {
            throw Invalid($"The webhook description has {description.Length} characters: at most {MaxDescription} are stored.");
        }
    }

    public static void Events(IReadOnlyCollection<WebhookEvent> events)
    {
        if (events.Count == 0)
        {
            throw Invalid("Webhook events must be a non-empty list of WebhookEvent objects: [].");
        }
    }

    /// <summary>The URL's form, its scheme and where it leads.</summary>
    public async Task UrlAsync(string text, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            throw Invalid($"Webhook URL cannot be empty or just whitespace: '{Shortened(text)}'");
        }

        if (text.Length > MaxUrl)
        {
            throw Invalid($"The webhook URL has {text.Length} characters: at most {MaxUrl} are stored.");
        }

        var schemes = Schemes(options.Value);
        var colon = text.IndexOf("://", StringComparison.Ordinal);
        var scheme = colon > 0 && SchemePattern().IsMatch(text[..colon]) ? text[..colon].ToLowerInvariant() : string.Empty;
        if (!schemes.Contains(scheme))
        {
            throw Invalid($"Invalid webhook URL scheme: '{Shortened(scheme)}'. Allowed schemes are: {string.Join(", ", schemes)}.");
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || text.Any(char.IsControl))
        {
            throw Invalid($"Invalid webhook URL '{Shortened(text)}': expected scheme://host/path");
        }

        if (!HasDnsName(url))
        {
            throw Invalid($"Invalid webhook URL '{Shortened(text)}': its host has no form for the domain name system (IDNA)");
        }

        if (url.Host.Length == 0)
        {
            throw Invalid($"Webhook URL must include a hostname: '{Shortened(text)}'");
        }

        if (await guard.FindPrivateAsync(url, cancellationToken) is { } hidden)
        {
            throw Invalid(WebhookAddressGuard.Refusal(url.Host, hidden));
        }
    }

    private static bool HasDnsName(Uri url)
    {
        try
        {
            _ = url.IdnHost;
            return true;
        }
        catch (UriFormatException)
        {
            return false;
        }
    }

    private static MLOpsException Invalid(string message) => new(ProblemCode.InvalidArgument, message);

    private static string Shortened(string text) => text.Length <= 100 ? text : text[..100] + "…";

    [GeneratedRegex(@"\A[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9+.-]*\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex SchemePattern();
}
