using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace MLOps.Tracking.Hosting;

/// <summary>Yes-or-no variables as MLflow writes them.</summary>
internal static class MlflowFlag
{
    /// <returns>Null: the variable is not set.</returns>
    /// <exception cref="OptionsValidationException">It is neither yes nor no.</exception>
    public static bool? Read(IConfiguration configuration, string variable) => configuration[variable]?.Trim().ToLowerInvariant() switch
    {
        null or "" => null,
        "true" or "1" or "yes" or "on" => true,
        "false" or "0" or "no" or "off" => false,
        var other => throw new OptionsValidationException(variable, typeof(bool), [$"{variable} is '{other}': expected true or false"]),
    };
}
