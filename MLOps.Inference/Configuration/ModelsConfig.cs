using System.Globalization;
using System.Text;
using MLOps.Inference.Sources;
using Tomlyn;
using Tomlyn.Model;

namespace MLOps.Inference.Configuration;

/// <summary>The models of a <c>config/models.toml</c>: <c>[models.NAME]</c> with <c>artifact_path</c>, and if wanted <c>name</c>, <c>version</c>,
/// <c>mlflow_run_id</c>, <c>input_names</c>, <c>output_names</c> and <c>input_shape</c>.</summary>
public sealed class ModelsConfig
{
    /// <summary>Where <see cref="LoadDefault"/> looks, below the working directory and below the program's.</summary>
    public const string DefaultFile = "config/models.toml";

    private const string Models = "models";

    private static readonly string[] Keys = ["name", "version", "artifact_path", "mlflow_run_id", "input_names", "output_names", "input_shape"];

    private readonly Dictionary<string, ModelConfig> _models;

    private ModelsConfig(string file, string root, Dictionary<string, ModelConfig> models)
    {
        File = file;
        Root = root;
        _models = models;
    }

    /// <summary>The file that was read.</summary>
    public string File { get; }

    /// <summary>Folder that relative artifact paths start from.</summary>
    public string Root { get; }

    /// <summary>By the table's key.</summary>
    public IReadOnlyDictionary<string, ModelConfig> Entries => _models;

    /// <summary>Reads <see cref="DefaultFile"/>; artifact paths start from the folder that <c>config</c> is in.</summary>
    /// <exception cref="InferenceException">NotFound: it is in neither place. InvalidConfiguration.</exception>
    public static ModelsConfig LoadDefault()
    {
        string[] places = [.. ((string[])[Environment.CurrentDirectory, AppContext.BaseDirectory]).Select(folder => Path.Combine(folder, DefaultFile))];
        return Load(places.FirstOrDefault(System.IO.File.Exists)
            ?? throw new InferenceException(InferenceError.NotFound, $"There is no {DefaultFile}: looked for {string.Join(" and ", places)}."));
    }

    /// <param name="file">A file of the form of <see cref="DefaultFile"/>.</param>
    /// <param name="root">Folder that relative artifact paths start from; null: the one above the file's.</param>
    /// <exception cref="InferenceException">NotFound: it cannot be read. InvalidConfiguration: it says what cannot be; the message names file, table and key.</exception>
    public static ModelsConfig Load(string file, string? root = null)
    {
        var full = Path.GetFullPath(file);
        string text;
        try
        {
            text = System.IO.File.ReadAllText(full, Encoding.UTF8);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InferenceException(InferenceError.NotFound, $"'{file}' cannot be read: {exception.Message}", exception);
        }

        return new ModelsConfig(file, Path.GetFullPath(root ?? Path.Combine(Path.GetDirectoryName(full)!, "..")), Read(file, text));
    }

    /// <summary>Where an entry's model is read from.</summary>
    /// <param name="registry">For entries whose path is a <c>models:/</c> URI.</param>
    internal IModelSource Source(ModelConfig model, IModelRegistry? registry)
    {
        IModelSource source;
        if (!ModelReference.IsReference(model.ArtifactPath))
        {
            source = new FileSource(Path.Combine(Root, model.ArtifactPath));
        }
        else if (registry is not null)
        {
            source = new RegistrySource(registry, ModelReference.Parse(model.ArtifactPath));
        }
        else
        {
            throw new InferenceException(InferenceError.InvalidConfiguration, $"{model.Declared.Origin}: artifact_path is '{model.ArtifactPath}', but the engine has no registry.");
        }

        return new ConfiguredSource(model, source);
    }

    private static Dictionary<string, ModelConfig> Read(string file, string text)
    {
        TomlTable document;
        try
        {
            document = TomlSerializer.Deserialize<TomlTable>(text) ?? [];
        }
        catch (TomlException exception)
        {
            throw new InferenceException(InferenceError.InvalidConfiguration, $"{file} is not TOML: {exception.Message}", exception);
        }

        if (document.Keys.FirstOrDefault(key => key != Models) is { } stranger)
        {
            throw Wrong(file, $"unknown key '{stranger}': expected tables [{Models}.NAME]");
        }

        if (!document.TryGetValue(Models, out var models) || models is not TomlTable { Count: > 0 } tables)
        {
            throw Wrong(file, $"it has no table [{Models}.NAME]");
        }

        return tables.ToDictionary(
            pair => pair.Key,
            pair => pair.Value is TomlTable table
                ? Read($"{file}: [{Models}.{pair.Key}]", pair.Key, table)
                : throw Wrong(file, $"'{Models}.{pair.Key}' must be a table [{Models}.{pair.Key}]"),
            StringComparer.Ordinal);
    }

    private static ModelConfig Read(string origin, string key, TomlTable table)
    {
        if (table.Keys.FirstOrDefault(name => !Keys.Contains(name, StringComparer.Ordinal)) is { } stranger)
        {
            throw Wrong(origin, $"unknown key '{stranger}': expected {string.Join(", ", Keys)}");
        }

        return new ModelConfig(
            Text(origin, table, "name") ?? key,
            Version(origin, table),
            Text(origin, table, "artifact_path") ?? throw Wrong(origin, "'artifact_path' is missing: expected the path of an .onnx file or of an MLflow model's folder"),
            Text(origin, table, "mlflow_run_id"),
            new ModelDeclaration(origin, Names(origin, table, "input_names"), Names(origin, table, "output_names"), Shape(origin, table, "input_shape")));
    }

    private static string? Text(string origin, TomlTable table, string key) => Value(table, key) switch
    {
        null => null,
        string { Length: > 0 } text => text,
        var other => throw Wrong(origin, $"'{key}' is {Show(other)}: expected a text that is not empty"),
    };

    private static string? Version(string origin, TomlTable table) => Value(table, "version") switch
    {
        null => null,
        string { Length: > 0 } text => text,
        long number => number.ToString(CultureInfo.InvariantCulture),
        var other => throw Wrong(origin, $"'version' is {Show(other)}: expected a text, as \"3\""),
    };

    private static string[]? Names(string origin, TomlTable table, string key) => Value(table, key) switch
    {
        null => null,
        TomlArray { Count: > 0 } array when array.All(item => item is string) => [.. array.Cast<string>()],
        var other => throw Wrong(origin, $"'{key}' is {Show(other)}: expected an array of names, as [\"input\"]"),
    };

    private static long[]? Shape(string origin, TomlTable table, string key) => Value(table, key) switch
    {
        null => null,
        TomlArray array when array.All(item => item is long and >= -1) => [.. array.Cast<long>()],
        var other => throw Wrong(origin, $"'{key}' is {Show(other)}: expected an array of whole numbers, as [-1, 127, 64], where -1 is any size"),
    };

    private static object? Value(TomlTable table, string key) => table.TryGetValue(key, out var value) ? value : null;

    private static string Show(object? value) => value switch
    {
        string text => $"\"{Quoted.Short(text)}\"",
        TomlArray array => $"[{string.Join(", ", array.Take(8).Select(Show))}]",
        TomlTable => "a table",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value?.ToString() ?? "nothing",
    };

    private static InferenceException Wrong(string origin, string reason) => new(InferenceError.InvalidConfiguration, $"{origin}: {reason}.");
}
