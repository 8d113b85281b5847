using MLOps.Models.Native;
using TorchSharp;

namespace MLOps.Models.Tests.Native;

public sealed class LibTorchLoaderTests
{
    /// <summary>Where the system's libstdc++ is old this goes through the patched copy, elsewhere through the library as it is; it must work on both.</summary>
    [Fact]
    public void EnsureLoaded_ThisSystem_TensorsCompute()
    {
        LibTorch.EnsureLoaded();

        using var numbers = torch.tensor(new[] { 1f, 2f, 3f });
        using var sum = (numbers * numbers).sum();
        Assert.Equal(14f, sum.item<float>());
    }

    [Fact]
    public void Missing_RuntimeDefinesAll_IsEmpty()
    {
        var library = new ElfLibrary(SyntheticElf.Create(used: true));
        Assert.Empty(LibTorchLoader.Missing(library, new HashSet<string> { "GLIBCXX_3.4.30", "GLIBCXX_3.4.32" }));
    }

    [Fact]
    public void Missing_OldRuntimeAndUnusedVersion_NamesThatVersionOnly()
    {
        var library = new ElfLibrary(SyntheticElf.Create(used: false));
        Assert.Equal("GLIBCXX_3.4.32", Assert.Single(LibTorchLoader.Missing(library, new HashSet<string> { "GLIBCXX_3.4.30" })).Version);
    }

    [Fact]
    public void Missing_OldRuntimeAndUsedVersion_SaysWhichAndWhatToInstall()
    {
        var library = new ElfLibrary(SyntheticElf.Create(used: true));
        var exception = Assert.Throws<DllNotFoundException>(() => LibTorchLoader.Missing(library, new HashSet<string> { "GLIBCXX_3.4.30" }));
        Assert.Contains("GLIBCXX_3.4.32", exception.Message, StringComparison.Ordinal);
        Assert.Contains("libstdc++6", exception.Message, StringComparison.Ordinal);
    }
}
