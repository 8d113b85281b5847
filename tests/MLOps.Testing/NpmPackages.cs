namespace MLOps.Testing;

/// <summary>The npm packages that are run as foreign clients, in tests/foreign/npm.</summary>
public static class NpmPackages
{
    public static string Folder { get; } = RepositoryRoot.Combine("tests", "foreign", "npm");

    /// <summary>Why a package cannot be run; null when it can.</summary>
    public static string? Missing(string package) => Tools.Missing(Directory.Exists(Path.Combine(Folder, "node_modules", package))
        ? null
        : $"The npm package {package} is not installed: run ./test.sh, or npm ci in {Folder}");
}
