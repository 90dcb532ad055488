export { type FileJournalStorageOptions, fileJournalStorage } from './fileJournalStorage.ts'
