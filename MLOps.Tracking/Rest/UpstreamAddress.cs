namespace MLOps.Tracking.Rest;

/// <summary>Where an upstream MLflow server is.</summary>
/// <param name="Base">Ends with a slash; without credentials.</param>
/// <param name="User">From the address; null: none there.</param>
/// <param name="Password">From the address; null: none there.</param>
internal sealed record UpstreamAddress(Uri Base, string? User, string? Password)
{
    /// <summary>The address as it may be shown.</summary>
    public string Name => Base.ToString().TrimEnd('/');

    /// <param name="uri"><c>http(s)://host:port/prefix</c>, perhaps with user and password.</param>
    public static UpstreamAddress Parse(string uri)
    {
        var given = new Uri(uri, UriKind.Absolute);
        var user = given.UserInfo.Split(':', 2);
        var plain = new UriBuilder(given) { UserName = string.Empty, Password = string.Empty, Path = given.AbsolutePath.TrimEnd('/') + "/", Query = string.Empty, Fragment = string.Empty };
        return new UpstreamAddress(
            plain.Uri,
            user[0].Length > 0 ? Uri.UnescapeDataString(user[0]) : null,
            user.Length > 1 ? Uri.UnescapeDataString(user[1]) : null);
    }
}
