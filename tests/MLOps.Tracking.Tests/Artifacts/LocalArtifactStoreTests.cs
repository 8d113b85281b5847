using MLOps.Contracts.Problems;
using MLOps.Testing;
using MLOps.Tracking.Artifacts;

namespace MLOps.Tracking.Tests.Artifacts;

public sealed class LocalArtifactStoreTests : ArtifactStoreContract, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public LocalArtifactStoreTests() => Store = Open();

    protected override IArtifactStore Store { get; }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task AnyVerb_ThroughASymbolicLink_IsRefused()
    {
        Directory.CreateDirectory(_folder.Combine("outside"));
        await File.WriteAllTextAsync(_folder.Combine("outside", "f"), "outside", Ct);
        Directory.CreateSymbolicLink(_folder.Combine("root", "link"), _folder.Combine("outside"));
        await Assert.ThrowsAsync<MLOpsException>(() => Store.OpenReadAsync("link/f", Ct));
        await Assert.ThrowsAsync<MLOpsException>(() => WriteAsync("link/g", "x"));
        await Assert.ThrowsAsync<MLOpsException>(() => Store.DeleteAsync("link/f", Ct));
        Assert.Empty(await Store.ListAsync(string.Empty, Ct));
        Assert.Equal(["f"], Directory.GetFiles(_folder.Combine("outside")).Select(Path.GetFileName));
    }

    [Fact]
    public async Task AnyVerb_OnAFileThatIsNotWhole_IsRefused()
    {
        Directory.CreateDirectory(_folder.Combine("root", LocalArtifactStore.Staging));
        await File.WriteAllTextAsync(_folder.Combine("root", LocalArtifactStore.Staging, "half"), "half", Ct);
        Assert.Empty(await Store.ListAsync(string.Empty, Ct));
        await Assert.ThrowsAsync<MLOpsException>(() => Store.OpenReadAsync(LocalArtifactStore.Staging + "/half", Ct));
        await Assert.ThrowsAsync<MLOpsException>(() => Store.DeleteAsync(LocalArtifactStore.Staging, Ct));
    }

    /// <summary>A purge deletes folders that somebody is looking at.</summary>
    [Fact]
    public async Task List_OfAFolderThatIsBeingDeleted_HasWhatIsStillThere()
    {
        for (var round = 0; round < 30; round++)
        {
            var folder = Directory.CreateDirectory(_folder.Combine("root", $"gone{round}")).FullName;
            for (var i = 0; i < 200; i++)
            {
                await File.WriteAllTextAsync(Path.Combine(folder, $"f{i:000}"), "x", Ct);
            }

            var deleting = Task.Run(() => Directory.Delete(folder, recursive: true), Ct);
            IReadOnlyList<ArtifactEntry> listed;
            do
            {
                listed = await Store.ListAsync($"gone{round}", Ct);
                Assert.All(listed, entry => Assert.False(entry.IsDirectory));
                Assert.Equal(listed.Select(entry => entry.Path).Order(StringComparer.Ordinal), listed.Select(entry => entry.Path));
            }
            while (listed.Count > 0);
            await deleting;
        }
    }

    [Theory]
    [InlineData("d/f/g")]
    [InlineData("d/f/g/h")]
    [InlineData("d")]
    [InlineData("long")]
    [InlineData("long/f")]
    [InlineData("deep")]
    public async Task Write_WhereNoFileCanBe_IsTheCallersFaultAndShowsNoPlaceOfTheServer(string path)
    {
        await WriteAsync("d/f", "x");
        var given = path.Replace("long", new string('n', 300), StringComparison.Ordinal).Replace("deep", string.Concat(Enumerable.Repeat("folder/", 700)) + "f", StringComparison.Ordinal);
        var refused = await Assert.ThrowsAsync<MLOpsException>(() => WriteAsync(given, "y"));
        Assert.Equal(ProblemCode.InvalidArgument, refused.Code);
        Assert.DoesNotContain(_folder.Path, refused.Message, StringComparison.Ordinal);
        Assert.InRange(refused.Message.Length, 1, 300);
        Assert.Equal("x", await ReadAsync("d/f"));
        Assert.Empty(await LeftoversAsync());
    }

    [Fact]
    public async Task AnyOtherVerb_OfANameThatIsTooLong_FindsNothing()
    {
        var name = new string('n', 300);
        foreach (var path in (string[])[name, name + "/f", "f/" + name])
        {
            Assert.Equal(ProblemCode.NotFound, (await Assert.ThrowsAsync<MLOpsException>(() => Store.OpenReadAsync(path, Ct))).Code);
            Assert.Empty(await Store.ListAsync(path, Ct));
            await Store.DeleteAsync(path, Ct);
        }
    }

    [Fact]
    public async Task Delete_BelowAFile_LeavesIt()
    {
        await WriteAsync("d/f", "x");
        await Store.DeleteAsync("d/f/g", Ct);
        Assert.Equal("x", await ReadAsync("d/f"));
    }

    [Fact]
    public async Task Write_OnADiskThatFails_IsUnavailableAndShowsNoPlaceOfTheServer()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs a folder of the kernel's that takes no files");
        var store = new LocalArtifactStore("/proc/self", TimeProvider.System);
        var refused = await Assert.ThrowsAsync<MLOpsException>(() => store.WriteAsync("f", new MemoryStream([1]), Ct));
        Assert.Equal(ProblemCode.Unavailable, refused.Code);
        Assert.DoesNotContain("/proc", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_AfterAProcessWasKilledLongAgo_TakesItsHalfFilesAway()
    {
        var staging = _folder.Combine("root", LocalArtifactStore.Staging);
        Directory.CreateDirectory(staging);
        await File.WriteAllTextAsync(Path.Combine(staging, "old"), "x", Ct);
        await File.WriteAllTextAsync(Path.Combine(staging, "young"), "x", Ct);
        File.SetLastWriteTimeUtc(Path.Combine(staging, "old"), TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-2));
        Open();
        Assert.Equal(["young"], await LeftoversAsync());
    }

    protected override Task<IReadOnlyList<string>> LeftoversAsync()
    {
        var staging = _folder.Combine("root", LocalArtifactStore.Staging);
        return Task.FromResult<IReadOnlyList<string>>(Directory.Exists(staging) ? [.. Directory.GetFiles(staging).Select(file => Path.GetFileName(file)!)] : []);
    }

    private LocalArtifactStore Open() => new(_folder.Combine("root"), TimeProvider.System);
}
