using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using MLOps.Client;
using MLOps.Client.Datasets;

namespace MLOps.Dashboard.Datasets;

/// <summary>The datasets, and registering another.</summary>
public sealed partial class DatasetPanel
{
    // Through the circuit; larger files go to the API itself.
    private const long LargestUpload = 256L << 20;

    private bool _adding;
    private bool _sending;
    private string _name = "";
    private string _kind = "ohlcv";
    private IBrowserFile? _file;

    [Parameter, EditorRequired]
    public IReadOnlyList<Dataset> Datasets { get; set; } = [];

    [Parameter]
    public bool IsLoaded { get; set; }

    [Inject]
    public MLOpsClient Client { get; set; } = null!;

    /// <summary>Registers the file; the answer says whether it was taken.</summary>
    [Parameter, EditorRequired]
    public Func<DatasetUpload, Task<bool>> OnUpload { get; set; } = null!;

    /// <summary>A person wants to see a version.</summary>
    [Parameter]
    public EventCallback<DatasetVersion> OnView { get; set; }

    private string Command => $"curl -H 'Content-Type: text/csv' --data-binary @bars.csv '{Client.Gateway}mlops/datasets?name=bars&kind=ohlcv'";

    private static string Columns(DatasetVersion version) => string.Join(", ", version.Columns.Select(column => column.Name));

    private void Choose(InputFileChangeEventArgs chosen)
    {
        _file = chosen.File;
        if (_name.Length == 0)
        {
            _name = Path.GetFileNameWithoutExtension(_file.Name);
        }
    }

    private async Task UploadAsync()
    {
        if (_file is null)
        {
            return;
        }

        _sending = true;
        try
        {
            await using var content = _file.OpenReadStream(LargestUpload);
            if (await OnUpload(new DatasetUpload(_name.Trim(), _kind, content)))
            {
                _adding = false;
                _file = null;
                _name = "";
            }
        }
        finally
        {
            _sending = false;
        }
    }
}
