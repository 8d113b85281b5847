using System.Globalization;
using Npgsql;

namespace MLOps.Tracking.Storage;

/// <summary>Store addresses as MLflow's users write them.</summary>
internal static class StoreUri
{
    private const string SqlitePrefix = "sqlite:///";

    public static bool IsSqlite(string uri) => uri.StartsWith(SqlitePrefix, StringComparison.Ordinal) && uri.Length > SqlitePrefix.Length;

    /// <summary>With or without SQLAlchemy's driver, for example <c>postgresql+psycopg2://</c>.</summary>
    public static bool IsPostgres(string uri)
    {
        var scheme = uri.IndexOf("://", StringComparison.Ordinal);
        return scheme > 0 && uri[..scheme].Split('+')[0] is "postgresql" or "postgres";
    }

    public static bool IsHttp(string uri) => Uri.TryCreate(uri, UriKind.Absolute, out var address) && address.Scheme is "http" or "https";

    public static string SqlitePath(string uri) => Path.GetFullPath(uri[SqlitePrefix.Length..]);

    /// <exception cref="StoreOpenException">Not an address of a PostgreSQL database.</exception>
    public static NpgsqlConnectionStringBuilder Postgres(string uri)
    {
        var rest = "postgresql" + uri[uri.IndexOf("://", StringComparison.Ordinal)..];
        if (!Uri.TryCreate(rest.Replace("@/", "@localhost/", StringComparison.Ordinal).Replace(":///", "://localhost/", StringComparison.Ordinal), UriKind.Absolute, out var address)
            || address.AbsolutePath.Trim('/').Length == 0)
        {
            throw new StoreOpenException($"'{WithoutPassword(uri)}' is no PostgreSQL address: expected postgresql://user:password@host:port/database");
        }

        var user = address.UserInfo.Split(':', 2);
        var builder = new NpgsqlConnectionStringBuilder
        {
            Host = address.Host,
            Port = address.Port > 0 ? address.Port : NpgsqlConnection.DefaultPort,
            Database = Uri.UnescapeDataString(address.AbsolutePath.Trim('/')),
            Username = user[0].Length > 0 ? Uri.UnescapeDataString(user[0]) : null,
            Password = user.Length > 1 ? Uri.UnescapeDataString(user[1]) : null,
        };
        foreach (var pair in address.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            Apply(builder, Uri.UnescapeDataString(parts[0]), parts.Length > 1 ? Uri.UnescapeDataString(parts[1].Replace('+', ' ')) : string.Empty, uri);
        }

        return builder;
    }

    /// <summary>The address as it may be shown: without the password, of an http address without the user too, who may be a token.</summary>
    public static string WithoutPassword(string uri)
    {
        if (IsHttp(uri))
        {
            return Rest.UpstreamAddress.Parse(uri).Name;
        }

        var start = uri.IndexOf("://", StringComparison.Ordinal) + 3;
        var at = uri.IndexOf('@', StringComparison.Ordinal);
        var colon = at < start ? -1 : uri.IndexOf(':', start, at - start);
        return colon < 0 ? uri : $"{uri[..colon]}:***{uri[at..]}";
    }

    private static void Apply(NpgsqlConnectionStringBuilder builder, string key, string value, string uri)
    {
        switch (key)
        {
            case "sslmode" when Enum.TryParse<SslMode>(value.Replace("-", string.Empty, StringComparison.Ordinal), ignoreCase: true, out var mode):
                builder.SslMode = mode;
                break;
            case "sslrootcert":
                builder.RootCertificate = value;
                break;
            case "sslcert":
                builder.SslCertificate = value;
                break;
            case "sslkey":
                builder.SslKey = value;
                break;
            case "host":
                builder.Host = value;
                break;
            case "port" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port):
                builder.Port = port;
                break;
            case "options":
                builder.Options = value;
                break;
            case "application_name":
                builder.ApplicationName = value;
                break;
            case "connect_timeout" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds):
                builder.Timeout = seconds;
                break;
            default:
                throw new StoreOpenException($"'{key}={value}' in '{WithoutPassword(uri)}' is not understood: known are sslmode, sslrootcert, sslcert, sslkey, host, port, options, application_name, connect_timeout");
        }
    }
}
