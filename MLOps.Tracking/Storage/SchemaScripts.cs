using System.Reflection;

namespace MLOps.Tracking.Storage;

/// <summary>The scripts that make the tables.</summary>
internal static class SchemaScripts
{
    /// <summary>Alembic head of MLflow 3.11.</summary>
    public const string MlflowRevision = "7d34483879f0";

    public static string Read(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("MLOps.Tracking.Storage." + name)
            ?? throw new InvalidOperationException($"The script {name} is not in the assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
