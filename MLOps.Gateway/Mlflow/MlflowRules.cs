using System.Buffers;
using System.Globalization;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Models;
using MLOps.Contracts.Problems;
using MLOps.Contracts.Text;

namespace MLOps.Gateway.Mlflow;

/// <summary>Names and limits that MLflow checks before it touches its store.</summary>
internal static class MlflowRules
{
    private const int MaxKey = 250;
    private static readonly SearchValues<char> Plain = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");

    /// <summary>Whether a key breaks no rule at first sight, as nearly all do: letters, digits, underscores and dashes.</summary>
    public static bool IsPlainKey(string key) => key.Length is > 0 and <= MaxKey && !key.AsSpan().ContainsAnyExcept(Plain);

    /// <summary>A metric, parameter or tag key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="parameter">How MLflow's message calls the parameter.</param>
    /// <param name="what">How MLflow's message on length calls it.</param>
    public static string Key(string key, string parameter, string what)
    {
        foreach (var c in key)
        {
            if (!(char.IsLetterOrDigit(c) || c is '_' or '-' or '.' or ' ' or ':' or '/'))
            {
                throw MlflowRequest.Invalid(
                    $"Invalid value \"{NameRules.Shortened(key)}\" for parameter '{parameter}' supplied: Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), colon(:) and slashes (/).");
            }
        }

        NameRules.FileLike(key, parameter);
        return MaxLength(key, what, MaxKey);
    }

    public static string MaxLength(string text, string what, int limit) => NameRules.MaxLength(text, what, limit);

    public static int Version(string text) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var version)
        ? version
        : throw MlflowRequest.Invalid($"Parameter 'version' must be an integer, got '{text}'.");

    public static ModelStage Stage(string text) => text.ToUpperInvariant() switch
    {
        "NONE" => ModelStage.None,
        "STAGING" => ModelStage.Staging,
        "PRODUCTION" => ModelStage.Production,
        "ARCHIVED" => ModelStage.Archived,
        _ => throw MlflowRequest.Invalid($"Invalid Model Version stage: {text}. Value must be one of None, Staging, Production, Archived."),
    };

    public static string Alias(string alias)
    {
        if (!alias.All(c => char.IsLetterOrDigit(c) || c is '_' or '-'))
        {
            throw MlflowRequest.Invalid($"Invalid alias name: '{alias}'. Names may only contain alphanumerics, underscores (_), and dashes (-).");
        }

        MaxLength(alias, "Registered model alias name", 255);
        if (alias.Equals("latest", StringComparison.OrdinalIgnoreCase))
        {
            throw MlflowRequest.Invalid("'latest' alias name (case insensitive) is reserved.");
        }

        return alias.Length > 1 && alias[0] is 'v' or 'V' && alias[1..].All(char.IsAsciiDigit) && alias.Length > 1
            ? throw MlflowRequest.Invalid($"Version alias name '{alias}' is reserved.")
            : alias;
    }

    public static ViewType View(MlflowRequest request, string name, bool strict)
    {
        var element = request.Element(name, null);
        if (element.ValueKind == System.Text.Json.JsonValueKind.Undefined)
        {
            return Named(request.Text(name)) ?? ViewType.ActiveOnly;
        }

        var view = element.ValueKind == System.Text.Json.JsonValueKind.String
            ? Named(element.GetString())
            : MlflowRequest.Long(element) is { } number and >= 1 and <= 3 ? (ViewType)number : null;
        return view ?? (strict ? throw MlflowRequest.WrongType(name, element) : ViewType.ActiveOnly);
    }

    public static int MaxResults(MlflowRequest request, int whenAbsent, int limit, string? overLimit = null)
    {
        var given = request.Long("max_results") ?? whenAbsent;
        if (given < 1)
        {
            throw MlflowRequest.Invalid(string.Create(CultureInfo.InvariantCulture, $"Invalid value {given} for parameter 'max_results' supplied. It must be a positive integer"));
        }

        return given <= limit
            ? (int)given
            : throw MlflowRequest.Invalid(overLimit ?? string.Create(CultureInfo.InvariantCulture, $"Invalid value {given} for parameter 'max_results' supplied. It must be at most {limit}"));
    }

    private static ViewType? Named(string? name) => name switch
    {
        "ACTIVE_ONLY" => ViewType.ActiveOnly,
        "DELETED_ONLY" => ViewType.DeletedOnly,
        "ALL" => ViewType.All,
        _ => null,
    };
}
