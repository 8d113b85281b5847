using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;

namespace MLOps.Architecture.Tests.Configuration;

/// <summary>Every setting of the platform, read off the options types and their comments.</summary>
internal static partial class SettingsTable
{
    private static readonly string[] Assemblies = ["MLOps.Tracking", "MLOps.Clustering", "MLOps.Silo", "MLOps.Gateway", "MLOps.Dashboard"];

    /// <summary>Variables that others read: Orleans, ASP.NET Core, OpenTelemetry, MSBuild and the command line.</summary>
    private static readonly Setting[] Others =
    [
        new("MLOPS_TOPOLOGY", [], "Embedded", "`Aspire` builds and runs MLOps.AppHost as an Aspire app host ([aspire.md](aspire.md))."),
        new("MLOPS_DATA", [], "`./mlops-data`", "Data directory of the embedded platform and its commands, where `--data` does not say."),
        new("ASPNETCORE_URLS", ["ASPNETCORE_HTTP_PORTS"], "`http://localhost:5000`; 8080 in the container images", "Where a process listens."),
        new("DOTNET_SHUTDOWNTIMEOUTSECONDS", [], "30", "How long a process that is told to stop finishes what it has. What stops it by force has to wait longer."),
        new("Logging__LogLevel__*", [], "`Warning` embedded, `Information` otherwise", "How much a category of log lines shows, for example `Logging__LogLevel__Default`."),
        new("OTEL_EXPORTER_OTLP_ENDPOINT", [], "none", "Traces, metrics and logs go there by OTLP ([telemetry.md](telemetry.md))."),
        new("OTEL_EXPORTER_OTLP_PROTOCOL", [], "`grpc`", "`grpc` or `http/protobuf`."),
        new("OTEL_TRACES_SAMPLER", [], "requests", "OpenTelemetry's samplers by their names; none: traces begin with requests ([telemetry.md](telemetry.md))."),
        new("OTEL_SERVICE_NAME", [], "the program's name", "What traces, metrics and logs are said to come from."),
        new("Orleans__ClusterId", [], "`default`", "Silos and gateways with one id are one cluster."),
        new("Orleans__ServiceId", [], "`default`", "Stays the same for a cluster's whole life."),
        new("Orleans__Name", [], "made up", "A silo's name, for people."),
        new("Orleans__Clustering__ProviderType", [], "none: a silo and a gateway of one machine", "`AdoNet` makes silos and gateways one cluster, through PostgreSQL."),
        new("Orleans__Clustering__ConnectionString", [], "the tracking database", "The database of the membership, as Npgsql's connection string."),
        new("Orleans__Clustering__ConnectionName", [], "none", "The same by the name of a connection string, `ConnectionStrings__*`."),
        new("Orleans__Clustering__Invariant", [], "`Npgsql`", "Taken for Aspire's sake; always Npgsql here."),
        new("ConnectionStrings__*", [], "none", "See `Orleans__Clustering__ConnectionName`."),
        new("Orleans__Endpoints__AdvertisedIPAddress", [], "the host's first address", "Where other processes reach this silo. `127.0.0.1` for silos on one machine; the pod's address on Kubernetes."),
        new("Orleans__Endpoints__SiloPort", [], "11111", "Port for other silos."),
        new("Orleans__Endpoints__GatewayPort", [], "30000", "Port for gateways."),
    ];

    public static IReadOnlyList<(string Title, string About, IReadOnlyList<Setting> Settings)> Sections { get; } = Read();

    /// <summary>Whether a variable is in the table.</summary>
    public static bool Knows(string variable) => Others.Concat(Sections.SelectMany(section => section.Settings))
        .Any(setting => setting.Also.Append(setting.Variable).Any(known => known.EndsWith('*')
            ? variable.StartsWith(known[..^1], StringComparison.OrdinalIgnoreCase)
            : known.Contains("__*__", StringComparison.Ordinal)
                ? variable.StartsWith(known[..known.IndexOf('*', StringComparison.Ordinal)], StringComparison.OrdinalIgnoreCase)
                : known.Equals(variable, StringComparison.OrdinalIgnoreCase)));

    public static string Markdown()
    {
        var text = new StringBuilder(
            """
            # Settings

            Every environment variable that the platform reads. This page is made from the options types by `tests/MLOps.Architecture.Tests`, which fails when it is out of date; `MLOPS_WRITE_DOCS=1` makes it write the page anew.

            A setting is also taken from any other source of .NET's configuration, where `__` is `:` (`MLOps:Batch:ChunkRows` in an `appsettings.json`). A list takes `__0`, `__1`, … after its name. Durations are `hh:mm:ss`. Where a variable of MLflow or of the AWS tools is named too, it is taken when ours is not set.

            """.ReplaceLineEndings("\n"));
        foreach (var (title, about, settings) in Sections)
        {
            Append(text, title, about, settings);
        }

        Append(text, "Of the environment", "Read by Orleans, ASP.NET Core, OpenTelemetry and the build.", Others);
        return text.ToString();
    }

    private static void Append(StringBuilder text, string title, string about, IReadOnlyList<Setting> settings)
    {
        text.Append(CultureInfo.InvariantCulture, $"\n## {title}\n{about}\n\n| variable | default | effect |\n|---|---|---|\n");
        foreach (var setting in settings)
        {
            var names = string.Join("<br>", setting.Also.Prepend(setting.Variable).Select(name => $"`{name}`"));
            text.Append(CultureInfo.InvariantCulture, $"| {names} | {setting.Default} | {setting.Effect.Replace("|", "\\|", StringComparison.Ordinal)} |\n");
        }
    }

    private static List<(string Title, string About, IReadOnlyList<Setting> Settings)> Read()
    {
        var sections = new List<(string Title, string About, IReadOnlyList<Setting> Settings)>();
        foreach (var assembly in Assemblies.Select(Assembly.Load))
        {
            var comments = new XmlComments(assembly);
            foreach (var type in assembly.GetTypes().Where(type => type.Name.EndsWith("Options", StringComparison.Ordinal)).OrderBy(type => type.FullName, StringComparer.Ordinal))
            {
                if (type.GetField("SectionName", BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static)?.GetRawConstantValue() is string section)
                {
                    sections.Add((section, comments.Of(type), [.. Settings(type, section.Replace(":", "__", StringComparison.Ordinal), comments)]));
                }
            }
        }

        return [.. sections.OrderBy(section => section.Title, StringComparer.Ordinal)];
    }

    private static IEnumerable<Setting> Settings(Type type, string prefix, XmlComments comments)
    {
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
        {
            var variable = $"{prefix}__{property.Name}";
            if (property.PropertyType.IsGenericType && property.PropertyType.GetGenericTypeDefinition() == typeof(Dictionary<,>))
            {
                foreach (var inner in Settings(property.PropertyType.GetGenericArguments()[1], $"{variable}__*", comments))
                {
                    yield return inner with { Effect = $"{inner.Effect} `*`: {Split(comments.Of(property)).Effect}" };
                }
            }
            else if (property.CanWrite || typeof(IList).IsAssignableFrom(property.PropertyType) || property.PropertyType.Name == "IList`1")
            {
                var (effect, @default) = Split(comments.Of(property));
                var fallbacks = Fallback().Match(effect);
                yield return new Setting(
                    variable,
                    [.. Variable().Matches(fallbacks.Value).Select(match => match.Value)],
                    @default ?? "none",
                    effect.Replace(fallbacks.Value.Length > 0 && !fallbacks.Value.Contains("in the address", StringComparison.Ordinal) && !fallbacks.Value.Contains("(seconds)", StringComparison.Ordinal) ? fallbacks.Value : "\0", string.Empty, StringComparison.Ordinal).Trim());
            }
        }
    }

    /// <summary>A comment says what the setting changes and ends with its default.</summary>
    private static (string Effect, string? Default) Split(string comment)
    {
        var at = comment.LastIndexOf("Default: ", StringComparison.Ordinal);
        return at < 0 ? (comment, null) : (comment[..at].Trim(), comment[(at + "Default: ".Length)..].TrimEnd('.'));
    }

    [GeneratedRegex(@"Falls back to [^.]*\.")]
    private static partial Regex Fallback();

    [GeneratedRegex(@"\b[A-Z][A-Z0-9]+(?:_[A-Z0-9]+)+\b")]
    private static partial Regex Variable();
}
